"""Pictures are decoded and written anew as JPEG: metadata and whatever else a file carries stay behind."""

import warnings
from pathlib import Path

import pi_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from claims_api.adapters.file_type import SourceType, unsafe, unsupported

MAX_PIXELS = 110_000_000  # telephones have up to 108 million
# A JPEG is decoded to a half while it is read, so that a large photograph costs no more memory or time than this.
_FULL_PIXELS = 25_000_000
_MAX_OTHER_PIXELS = 50_000_000
_QUALITY = 88

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
_FORMATS = {SourceType.JPEG: "JPEG", SourceType.PNG: "PNG", SourceType.HEIC: "HEIF"}


def clean_image(source: Path, target: Path, kind: SourceType) -> None:
    """Write the picture anew, upright, without metadata.

    Raises: UnsupportedDocument, UnsafeDocument.
    """
    pi_heif.register_heif_opener()
    try:
        with warnings.catch_warnings():
            # Damaged metadata are no reason to refuse a picture: they stay behind anyway.
            warnings.simplefilter("ignore", UserWarning)
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=[_FORMATS[kind]]) as image:
                _check_size(image, kind)
                upright = _flattened(ImageOps.exif_transpose(image))
                upright.save(target, "JPEG", quality=_QUALITY, optimize=False)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _too_large() from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, RuntimeError, IndexError) as error:
        raise unsupported("file_damaged", "The picture cannot be read: it is damaged or cut off.") from error


def _check_size(image: Image.Image, kind: SourceType) -> None:
    width, height = image.size
    if width * height == 0:
        raise unsupported("file_damaged", "The picture is empty.")
    if width * height > (MAX_PIXELS if kind is SourceType.JPEG else _MAX_OTHER_PIXELS):
        raise _too_large()
    if kind is SourceType.JPEG and width * height > _FULL_PIXELS:
        image.draft("RGB", (width // 2, height // 2))


def _too_large() -> Exception:
    return unsafe("image_pixels", "The picture has too many pixels.")


def _flattened(image: Image.Image) -> Image.Image:
    """Return the picture in the colours that a JPEG has, what is transparent on white, as pixels alone."""
    if image.mode in {"RGB", "L"}:
        plain = image
    elif image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        shown = image.convert("RGBA")
        plain = Image.new("RGB", shown.size, "white")
        plain.paste(shown, mask=shown.getchannel("A"))
    else:
        plain = image.convert("RGB")
    plain.info.clear()
    return plain
