"""Create or update the demo's users and clients: `python -m identity_svc.entrypoints.seed`."""

from identity_svc.entrypoints.setup import started


def main() -> None:
    with started():
        from identity_svc import demo  # noqa: PLC0415 (models exist only now)

        demo.load()


if __name__ == "__main__":
    main()
