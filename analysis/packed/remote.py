"""Files behind an fsspec address, as in s3://bucket/folder."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from analysis.files import default_folder, hash_bytes, hash_file, hash_text, write_atomic
from analysis.packed.files import NAME, Place, only_batch
from analysis.tables import InputError, say

_DIGEST = re.compile("[0-9a-f]{64}")
_WEB = ("http:", "https:")  # servers that one only reads from, and that list no files


class RemotePlace(Place):
    """A folder behind an address, of which this machine keeps what it fetched."""

    # Files are kept by their SHA-256 in the folder of caches, so that a machine fetches each once,
    # for all its processes, and maps it into memory. What cannot be written to the address is kept
    # there, too.

    remote = True

    def __init__(self, address: str) -> None:
        self.name = address
        self._system, self._root = open_remote(address)
        self._listed = False
        self._complete = False  # whether what is not among the sizes is not there
        self._sizes: dict[str, int] = {}
        self._checked: set[str] = set()  # files of the cache whose content is right, by SHA-256
        self._cache = default_folder() / "packs"
        self._own = Place(self._cache / f"made-{hash_text(address)[:32]}")
        self._web = address.startswith(_WEB)
        self._read_only = self._web

    def mark(self) -> str:
        """A word that changes when packed.json is written anew; "" where there is none."""
        self.look_again()
        try:
            with _one_sentence(f"{self.name}/{NAME}"):
                facts = self._system.info(f"{self._root}/{NAME}")
        except FileNotFoundError:
            return ""
        return str(sorted((str(key), str(value)) for key, value in facts.items()))

    def look_again(self) -> None:
        """Forget which files there are, as others may have written some."""
        self._system.invalidate_cache()
        self._listed, self._sizes = False, {}

    def size(self, name: str) -> int:
        """Bytes of a file; -1 where there is none."""
        if (own := self._own.size(name)) >= 0:
            return own
        if not self._listed:
            try:
                self._sizes = {} if self._web else self._list()
                self._complete = not self._web
            except PermissionError:
                self._complete = False
            self._listed = True
        if name not in self._sizes:
            self._sizes[name] = -1 if self._complete else self._ask(name)
        return self._sizes[name]

    def _list(self) -> dict[str, int]:
        """Bytes of all files, in one request for a thousand of them."""
        with _one_sentence(self.name, PermissionError):
            found = self._system.find(self._root, detail=True)
        first = len(self._root) + 1
        return {str(path)[first:]: int(about["size"]) for path, about in found.items()}

    def _ask(self, name: str) -> int:
        """Bytes of one file."""
        try:
            with _one_sentence(f"{self.name}/{name}", PermissionError):
                size = self._system.info(f"{self._root}/{name}")["size"]
        except (FileNotFoundError, PermissionError):  # S3 says so of files that are not there
            return -1
        return len(self.read(name)) if size is None else int(size)

    def read(self, name: str) -> bytes:
        """All bytes of a file."""
        if self._own.size(name) >= 0:
            return self._own.read(name)
        with _one_sentence(f"{self.name}/{name}"):
            data: bytes = self._system.cat_file(f"{self._root}/{name}")
        return data

    def write(self, name: str, data: str | bytes) -> bool:
        """Write a file whole: to the address or, where one may only read, on this machine."""
        content = data.encode() if isinstance(data, str) else data
        if not self._read_only:
            try:
                self._system.pipe_file(f"{self._root}/{name}", content)
            except Exception:  # each driver has its own
                self._read_only = True
        if self._read_only:
            return self._own.write(name, content)
        self._sizes[name] = len(content)
        if name.endswith(".arrow"):
            self._keep(hash_bytes(content), content)
        return True

    def matches(self, name: str, digest: str) -> bool:
        """Whether a file has this SHA-256."""
        try:
            self._fetch(name, digest)
        except InputError:
            raise
        except (OSError, ValueError):
            return False
        return True

    def batch(self, name: str, digest: str = "") -> pa.RecordBatch:
        """The content of an Arrow file, fetched if this machine has none of this SHA-256."""
        held = self._fetch(name, digest)
        return only_batch(
            pa.memory_map(str(held)) if isinstance(held, Path) else pa.BufferReader(held)
        )

    def _fetch(self, name: str, digest: str) -> Path | bytes:
        """A file in the cache; its content where nothing can be written there."""
        if not _DIGEST.fullmatch(digest):
            raise ValueError("no SHA-256")
        target = self._cache / f"{digest}.arrow"
        if target.is_file() and (digest in self._checked or hash_file(target) == digest):
            self._checked.add(digest)
            return target
        data = self.read(name)
        if hash_bytes(data) != digest:
            raise ValueError("was changed")
        return target if self._keep(digest, data) else data

    def _keep(self, digest: str, data: bytes) -> bool:
        """Write a file into the cache."""
        try:
            write_atomic(self._cache / f"{digest}.arrow", data)
        except OSError:
            say(
                f"{self._cache} cannot be written, so files of {self.name} are fetched again and"
                " again; set DISCOURSE_CACHE to a folder that can be written to.",
                deeper=8,
            )
            return False
        self._checked.add(digest)
        return True


def require_here(folder: Any) -> None:
    """Refuse an address where files of a pack are written under temporary names and renamed."""
    if "://" in str(folder):
        raise InputError(
            f"{folder} is an address; pack, or repair, in a folder of this machine and copy it"
            " there."
        )


def find_place(folder: Any) -> Place:
    """A folder of files, on this machine or behind an address."""
    return RemotePlace(str(folder)) if "://" in str(folder) else Place(folder)


def open_remote(address: str) -> tuple[Any, str]:
    """The file system and the folder that an address names."""
    try:
        import fsspec

        system, root = fsspec.core.url_to_fs(address)
    except Exception as error:  # each driver has its own
        raise InputError(
            f"{address} cannot be opened ({why(error)}); install fsspec and the driver of this kind"
            " of address, as s3fs for s3://, or copy what it names here."
        ) from None
    return system, str(root).rstrip("/")


class _Source(io.RawIOBase):
    """A file of a driver, whose errors are those of files and which reads as Python's own do."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Whether one can go back in it."""
        return bool(self._file.seekable())

    def readinto(self, buffer: Any) -> int:
        """Read as much as a buffer holds, if there is so much."""
        with as_os_error():
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go somewhere."""
        with as_os_error():
            return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        """Where it is."""
        return int(self._file.tell())


@contextlib.contextmanager
def open_source(address: str) -> Iterator[BinaryIO]:
    """A file behind an address, to be read."""
    system, path = open_remote(address)
    with as_os_error():
        opened = system.open(path, "rb")
    with opened, io.BufferedReader(_Source(opened)) as file:
        yield file


@contextlib.contextmanager
def as_os_error() -> Iterator[None]:
    """Raise what a driver raises as an error of files."""
    try:
        yield
    except Exception as error:
        raise OSError(why(error)) from None


@contextlib.contextmanager
def _one_sentence(where: str, *through: type[Exception]) -> Iterator[None]:
    """Say what is wrong with an address, unless a file of it is not there."""
    as_they_are: tuple[type[Exception], ...] = (InputError, *through)
    try:
        yield
    except as_they_are:
        raise
    except Exception as error:
        if isinstance(error, FileNotFoundError) and not isinstance(error.__cause__, OSError):
            raise  # and not a server that does not answer, which HTTP's driver says so, too
        raise InputError(
            f"{where} cannot be read: {why(error)}; see whether the address, the connection and"
            " your credentials are right, and call again."
        ) from None


def why(error: Exception) -> str:
    """What a driver's error means, in a few words."""
    if isinstance(error, FileNotFoundError) and not isinstance(error.__cause__, OSError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return f"it is not allowed ({error})" if str(error) else "it is not allowed"
    lines = str(error.__cause__ or error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
