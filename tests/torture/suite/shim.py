"""The shim in use: built, loaded, armed; and the trace it writes."""

from __future__ import annotations

import ctypes
import os
import shutil
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ACTIONS = ("none", "kill", "kill halfway", "fail once", "fail from here", "short")
KINDS = (
    "create",
    "write",
    "sync",
    "truncate",
    "rename",
    "unlink",
    "link",
    "mkdir",
    "rmdir",
    "mark",
)
HEAD = struct.Struct("<BHHqI")


@dataclass(frozen=True)
class Call:
    """One call that changed a file."""

    kind: str
    path: str
    other: str
    offset: int
    data: bytes


def is_possible() -> bool:
    """Whether the shim can be built here."""
    return sys.platform == "linux" and shutil.which("cc") is not None


def build(folder: Path) -> Path:
    """Compile the shim."""
    library = folder / "shim.so"
    source = Path(__file__).with_name("shim.c")
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O1", "-o", library, source], check=True, capture_output=True
    )
    return library


def environment(library: Path) -> dict[str, str]:
    """Environment of a process with the shim."""
    return {**os.environ, "LD_PRELOAD": str(library)}


class Shim:
    """The shim of this process, which was started with it."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL(os.environ["LD_PRELOAD"])
        self.library.shim_steps.restype = ctypes.c_long
        self.library.shim_arm.argtypes = [
            ctypes.c_char_p, ctypes.c_char_p, ctypes.c_long, ctypes.c_int, ctypes.c_int,
        ]  # fmt: skip

    def arm(
        self,
        folder: Path,
        *,
        trace: Path | None = None,
        step: int = 0,
        action: str = "none",
        error: int = 0,
    ) -> None:
        """Watch a folder; do `action` at a step."""
        name = os.fsencode(trace) if trace else b""
        self.library.shim_arm(os.fsencode(folder), name, step, ACTIONS.index(action), error)

    def disarm(self) -> None:
        self.library.shim_disarm()

    def mark(self) -> None:
        """Write into the trace that the caller was told that all is done."""
        self.library.shim_mark()

    @property
    def steps(self) -> int:
        return int(self.library.shim_steps())


def read_trace(path: Path) -> list[Call]:
    """Read a trace."""
    content, position, calls = path.read_bytes(), 0, []
    while position < len(content):
        kind, n, m, offset, length = HEAD.unpack_from(content, position)
        position += HEAD.size
        parts = []
        for size in (n, m, length):
            parts.append(content[position : position + size])
            position += size
        calls.append(
            Call(KINDS[kind], os.fsdecode(parts[0]), os.fsdecode(parts[1]), offset, parts[2])
        )
    return calls
