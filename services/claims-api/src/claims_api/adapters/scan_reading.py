"""Read scans and photographs with RapidOCR, where it is installed (the extra `scans`: models included, some 330 MB)."""

from functools import cache
from importlib import import_module
from math import atan2, cos, sin
from pathlib import Path
from statistics import median
from typing import Any

from PIL import Image

from claims_api.domain.invoice_reading import TextPiece

_LONGEST_SIDE = 2000
_LEAST_SURE = 0.5


def read_picture(path: Path) -> list[TextPiece]:
    """Read a photograph."""
    with Image.open(path) as image:
        image.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
        return read_page(image.convert("RGB"), page=1)


def read_page(image: Image.Image, *, page: int) -> list[TextPiece]:
    """Read one page as a picture."""
    image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    read = _engine()(image.convert("RGB"))
    if read.boxes is None:
        return []
    width, height = image.size
    straight = _straightened([[(float(x), float(y)) for x, y in corners] for corners in read.boxes])
    pieces = []
    for corners, text, sure in zip(straight, read.txts, read.scores, strict=True):
        across, down = [x / width for x, _ in corners], [y / height for _, y in corners]
        if sure >= _LEAST_SURE:
            pieces.append(TextPiece(text, page, (min(across), min(down), max(across), max(down)), float(sure)))
    return pieces


def _straightened(boxes: list[list[tuple[float, float]]]) -> list[list[tuple[float, float]]]:
    """Turn the boxes so that the rows lie level: a hand never lays a paper down quite straight."""
    angles = [atan2(one[1][1] - one[0][1], one[1][0] - one[0][0]) for one in boxes]
    lean = median(angles) if angles else 0.0
    turn_x, turn_y = cos(lean), sin(lean)
    return [[(x * turn_x + y * turn_y, y * turn_x - x * turn_y) for x, y in one] for one in boxes]


@cache
def _engine() -> Any:
    # An extra, and its start takes a second: nobody else pays for it.
    # One thread: the worker shares its machine with every other service.
    return import_module("rapidocr").RapidOCR(
        params={"EngineConfig.onnxruntime.intra_op_num_threads": 1, "Global.log_level": "error"}
    )
