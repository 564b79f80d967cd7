"""A disk that keeps only what it was told to keep.

Replays a trace and says what may be on the disk after a crash. What was written to a file is safe
after a sync of that file; a name is safe after a sync of its folder. Everything else may be there or
not, and of a write any sector.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from shim import Call

SECTOR = 512


@dataclass
class Node:
    """Content of a file: what is safe, and the changes since."""

    safe: bytes = b""
    pending: list[tuple[str, int, bytes]] = field(default_factory=list)

    def content(self, keep: Sequence[bool] | None = None) -> bytes:
        """Return the content with some of the pending changes; None: all of them."""
        data = bytearray(self.safe)
        for i, (kind, offset, piece) in enumerate(self.pending):
            if keep is not None and not keep[i]:
                continue
            if kind == "truncate":
                data[offset:] = b""
                data.extend(bytes(max(0, offset - len(data))))
            else:
                data.extend(bytes(max(0, offset - len(data))))
                data[offset : offset + len(piece)] = piece
        return bytes(data)


@dataclass
class Disk:
    """Names and files; names change in order, as on a file system with a journal."""

    files: dict[str, Node] = field(default_factory=dict)  # what a process sees
    folders: set[str] = field(default_factory=set)
    safe_files: dict[str, Node] = field(default_factory=dict)
    safe_folders: set[str] = field(default_factory=set)
    renamed: list[tuple[str, Call, Node | None]] = field(default_factory=list)  # not yet safe

    @classmethod
    def of(cls, folder: Path) -> Disk:
        """A disk that holds a folder safely."""
        disk = cls()
        disk.folders.add(str(folder))
        for path in folder.rglob("*"):
            if path.is_dir():
                disk.folders.add(str(path))
            else:
                disk.files[str(path)] = Node(path.read_bytes())
        disk.safe_files, disk.safe_folders = dict(disk.files), set(disk.folders)
        return disk

    def apply(self, call: Call) -> None:
        """Follow one call."""
        path = call.path
        if path.endswith("-shm") or call.kind == "mark":
            return  # shared memory: made anew after a crash
        if call.kind in {"write", "truncate"}:
            self.files[path].pending.append((call.kind, call.offset, call.data))
        elif call.kind == "sync":
            self._sync(path)
        else:
            node = Node() if call.kind == "create" else self.files.get(path)
            self.renamed.append((str(Path(call.other or path).parent), call, node))
            _name(self.files, self.folders, call, node)

    def _sync(self, path: str) -> None:
        if path in self.files:
            node = self.files[path]
            node.safe, node.pending = node.content(), []
            return
        left = []
        for folder, call, node in self.renamed:
            if folder == path:
                _name(self.safe_files, self.safe_folders, call, node)
            else:
                left.append((folder, call, node))
        self.renamed = left

    def after_crash(self, rng: np.random.Generator | None, chance: float) -> dict[str, bytes]:
        """Return one state in which a crash can leave the disk.

        Parameters
        ----------
        rng
            None: everything pending is lost (chance 0) or kept (chance 1).
        chance
            That a pending change of a name, and each sector of a pending write, is kept.
        """
        files, folders = dict(self.safe_files), set(self.safe_folders)
        count = len(self.renamed)
        if rng is None:
            kept = count if chance == 1 else 0
            choice = [i < kept for i in range(count)]
        elif rng.random() < 0.5:  # a journal keeps a first part of the changes of names
            kept = int(rng.integers(0, count + 1))
            choice = [i < kept for i in range(count)]
        else:
            choice = list(rng.random(count) < chance)
        for (_, call, node), is_kept in zip(self.renamed, choice, strict=True):
            if is_kept:
                _name(files, folders, call, node)
        contents = {}
        for path, node in files.items():
            if str(Path(path).parent) not in folders:
                continue
            if rng is None:
                contents[path] = node.content() if chance == 1 else node.safe
            else:
                contents[path] = _torn(node, rng, chance).content()
        return contents


def _name(files: dict[str, Node], folders: set[str], call: Call, node: Node | None) -> None:
    """Change names as a call does."""
    if call.kind in {"create", "link", "rename"}:
        if node is not None:
            files[call.other or call.path] = node
        if call.kind == "rename":
            files.pop(call.path, None)
    elif call.kind == "unlink":
        files.pop(call.path, None)
    elif call.kind == "mkdir":
        folders.add(call.path)
    else:
        folders.discard(call.path)


def _torn(node: Node, rng: np.random.Generator, chance: float) -> Node:
    """Return a file of whose pending writes some sectors are kept."""
    kept: list[tuple[str, int, bytes]] = []
    for kind, offset, piece in node.pending:
        if kind == "truncate":
            if rng.random() < chance:
                kept.append((kind, offset, piece))
            continue
        start = 0
        while start < len(piece):
            end = min(len(piece), (offset + start) // SECTOR * SECTOR + SECTOR - offset)
            if rng.random() < chance:
                kept.append(("write", offset + start, piece[start:end]))
            start = end
    return Node(node.safe, kept)


def write_out(contents: dict[str, bytes], root: Path, folder: Path) -> None:
    """Write a state of the disk into another folder."""
    for path, content in contents.items():
        target = folder / Path(path).relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
