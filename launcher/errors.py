"""What the launcher says when it cannot go on."""


class LauncherError(Exception):
    """A problem the user can act on; shown without a traceback.

    ``exit_code`` becomes the exit code of ``./ioc``.
    """

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class NotAllowedError(LauncherError):
    """Something is missing and this user may not install it (exit code 2)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, exit_code=2)
