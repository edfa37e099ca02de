"""Zip files opened without trusting them: how many members, how large, where they point."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from pathlib import PurePosixPath

from analysis.tables import InputError

MEMBERS = 20_000
MEMBER_SIZE = 256 * 1024**2  # bytes of one member, unpacked
TOTAL_SIZE = 1024**3  # bytes of all members, unpacked
RATIO = 200  # unpacked / packed, from RATIO_FROM on; texts pack to a tenth
RATIO_FROM = 4 * 1024**2  # bytes
TAGS = 2_000_000  # of the XML of a Word, OpenDocument or Excel file
_ENTITY = b"<!ENTITY"
_SPACES = re.compile(rb"text:c\s*=\s*[\"']\s*\d{5}")  # a run of spaces, by its length


def open_zip(data: bytes, name: str) -> zipfile.ZipFile:
    """Open a zip file and refuse it if it is not what an analyst would have."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        raise InputError(
            f"{name} cannot be opened: it is damaged; fetch or save it anew and retry."
        ) from None
    if len(members) > MEMBERS:
        raise InputError(
            f"{name} holds {len(members):,} files, more than {MEMBERS:,}; split it and retry."
        )
    total = 0
    for member in members:
        total += member.file_size
        check_member(member, name)
    if total > RATIO_FROM and total > RATIO * len(data):
        raise InputError(
            f"{name} unpacks to {total / 1024**2:,.0f} MB, {total // len(data):,} times its size, "
            "which no text does; unpack it and look at it before you add it."
        )
    if total > TOTAL_SIZE:
        raise InputError(
            f"{name} unpacks to {total / 1024**2:,.0f} MB, more than {TOTAL_SIZE // 1024**2:,} MB; "
            "split it and retry."
        )
    return archive


def check_member(member: zipfile.ZipInfo, name: str) -> None:
    """Refuse a member that leads out of the archive, is locked, or unpacks to far too much."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    where = f"{name}: {member.filename!r}"
    if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
        raise InputError(f"{where} leads out of the archive; take it out and retry.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise InputError(f"{where} is a link; put the file itself into the archive and retry.")
    if member.flag_bits & 1:
        raise InputError(f"{where} is locked with a password; unpack it and add the files.")
    packed = max(member.compress_size, 1)
    bomb = member.file_size > RATIO_FROM and member.file_size > RATIO * packed
    if bomb or member.file_size > MEMBER_SIZE:
        raise InputError(
            f"{where} unpacks to {member.file_size / 1024**2:,.0f} MB, "
            f"{member.file_size // packed:,} times its packed size, which no text does; "
            "unpack it and look at it before you add it."
        )


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo | str, name: str) -> bytes:
    """Read one member, however large it says it is."""
    info = archive.getinfo(member) if isinstance(member, str) else member
    try:
        with archive.open(info) as file:
            data = file.read(info.file_size + 1)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError,
        ValueError,
    ):  # fmt: skip
        raise InputError(f"{name}: {info.filename!r} is damaged; pack it anew.") from None
    if len(data) != info.file_size:
        raise InputError(f"{name}: {info.filename!r} is not as long as the archive says.")
    return data


def check_package(data: bytes, name: str, kind: str) -> None:
    """Check a Word, OpenDocument or Excel file, which is a zip file of XML files."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(
            f"{name} is locked with a password or in the format of before 2007; open it, save it "
            f"as {kind} without a password, and retry."
        )
    if not data.startswith(b"PK"):
        raise InputError(f"{name} is not {kind}, whatever its name says; save it as one and retry.")
    archive = open_zip(data, name)
    for member in archive.infolist():
        if not member.filename.lower().endswith((".xml", ".rels")):
            continue
        # an encoding other than UTF-8 could hide the word; Office writes no other
        content = read_member(archive, member, name).replace(b"\0", b"")
        if _ENTITY in content:
            raise InputError(
                f"{name}: {member.filename!r} declares XML entities, which {kind} never does; "
                "open the file, save it anew, and retry."
            )
        if content.count(b"<") > TAGS or _SPACES.search(content):
            raise InputError(
                f"{name}: {member.filename!r} has more than {TAGS:,} tags, or runs of ten thousand "
                "spaces; split the file, or save its text as .txt, and retry."
            )
