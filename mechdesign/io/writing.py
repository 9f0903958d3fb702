"""Files written whole or not at all: beside their place first, then put there in one step."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path

from mechdesign.errors import InvalidInputError

__all__ = ["check_output", "write_files"]


def check_output(
    path: str | PathLike[str],
    *,
    inputs: Iterable[str | PathLike[str]] = (),
    force: bool = False,
) -> Path:
    """The path of a file that may be written, with symbolic links followed.

    Parameters
    ----------
    path : path
        Where to write.
    inputs : iterable of paths
        What is being read, which is never replaced.
    force : bool
        Whether an existing file may be replaced.

    Raises
    ------
    InvalidInputError
        If the folder does not exist, or the path is a folder, one of the inputs, or an existing
        file that may not be replaced.
    """
    file = Path(path).resolve()
    if file.is_dir():
        raise InvalidInputError("output", "be a file, not a folder", str(path))
    if not file.parent.is_dir():
        raise InvalidInputError("output", "lie in an existing folder", str(path))
    if not file.exists():
        return file
    for given in inputs:
        if Path(given).exists() and file.samefile(given):
            raise InvalidInputError("output", "be another file than the input", str(path))
    if file.is_file() and not force:
        raise InvalidInputError("output", "not exist yet, or be replaced with --force", str(path))
    return file


def write_files(
    contents: Mapping[str | PathLike[str], str | bytes],
    *,
    inputs: Iterable[str | PathLike[str]] = (),
    force: bool = False,
) -> tuple[Path, ...]:
    """Write some files: each whole or not at all, and none if one of them may not be written.

    Parameters
    ----------
    contents : mapping of path to str or bytes
        Text is written as UTF-8.
    inputs, force
        As in :func:`check_output`.

    Returns
    -------
    tuple of Path
        The files.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     (file,) = write_files({Path(folder, "a.txt"): "hello"})
    ...     file.read_text()
    'hello'
    """
    listed = tuple(inputs)
    places = {
        check_output(path, inputs=listed, force=force): content
        for path, content in contents.items()
    }
    made: dict[Path, Path] = {}
    try:
        for file, content in places.items():
            raw = content.encode("utf-8") if isinstance(content, str) else content
            if file.exists() and not file.is_file():  # a pipe or a device has no place beside it
                file.write_bytes(raw)
            else:
                made[file] = _beside(file, raw)
        for file in list(made):
            made.pop(file).replace(file)
    finally:
        for left in made.values():
            left.unlink(missing_ok=True)
    return tuple(places)


def _beside(file: Path, raw: bytes) -> Path:
    """A new file in the same folder, with the permissions that the final one shall have."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
        if file.exists():
            mode = file.stat().st_mode & 0o777
        else:
            mask = os.umask(0)
            os.umask(mask)
            mode = 0o666 & ~mask
        Path(name).chmod(mode)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
