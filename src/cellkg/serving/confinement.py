"""Ties the hands of a worker: no network, a ceiling on memory, file size and processor time, no life after its parent.

The network is cut off by a seccomp filter (Linux): a process that asks the kernel for a socket is killed with SIGSYS.
Where there is no such filter, ``network_is_cut`` is false, and the word SERVICE is refused anywhere in a query.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import signal
import sys
import time
from pathlib import Path

NETWORK_DEATH = 31
"""The signal (SIGSYS) that ends a worker which tries to reach a network."""

# linux/prctl.h, linux/seccomp.h, linux/audit.h
_SET_DEATH_SIGNAL, _SET_SECCOMP, _SET_NO_NEW_PRIVILEGES = 1, 22, 38
_FILTER_MODE = 2
_KILL_PROCESS, _ALLOW = 0x80000000, 0x7FFF0000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_X32_CALLS = 0x40000000
# AUDIT_ARCH_*, then the numbers of socket, socketpair and connect; io_uring_setup is 425 everywhere.
_CALLS = {"x86_64": (0xC000003E, (41, 53, 42, 425)), "aarch64": (0xC00000B7, (198, 199, 203, 425))}


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("value", ctypes.c_uint))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction)))


def network_can_be_cut() -> bool:
    """Tell whether this machine has the filter that ``cut_network`` needs."""
    return sys.platform == "linux" and platform.machine() in _CALLS


def cut_network() -> None:
    """Make any further socket, of this process and its threads, the end of it; ``OSError`` when the kernel refuses."""
    architecture, calls = _CALLS[platform.machine()]
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL_PROCESS), (_LOAD, 0, 0, 0)]
    steps += [(_AT_LEAST, 0, 1, _X32_CALLS), (_RETURN, 0, 0, _KILL_PROCESS)]
    for call in calls:
        steps += [(_EQUAL, 0, 1, call), (_RETURN, 0, 0, _KILL_PROCESS)]
    steps.append((_RETURN, 0, 0, _ALLOW))
    filter_ = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    _prctl(_SET_NO_NEW_PRIVILEGES, 1)
    _prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(_Program(len(steps), filter_)))


def end_with(parent: int) -> None:
    """End this process when its parent, whose id is given, ends."""
    if sys.platform == "linux":
        _prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def limit_memory(extra: int) -> None:
    """Let this process take ``extra`` bytes of address space beyond what it has now."""
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + extra,) * 2)


def limit_files(size: int) -> None:
    """Let no file that this process writes grow beyond ``size`` bytes: writing then fails with ``EFBIG``."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def limit_processor(seconds: float) -> None:
    """Let this process use ``seconds`` more of processor time, in case nobody is left to stop it."""
    if sys.platform != "win32":
        import resource

        soft, hard = int(time.process_time() + seconds) + 1, resource.getrlimit(resource.RLIMIT_CPU)[1]
        with contextlib.suppress(ValueError):
            resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def give_memory_back() -> None:
    """Return freed memory to the system, where the C library can (glibc)."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def resident_bytes() -> int:
    """Return the memory that this process holds; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    import resource

    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _prctl(option: int, *arguments: object) -> None:
    padded = [*arguments, *[0] * (4 - len(arguments))]
    if ctypes.CDLL(None, use_errno=True).prctl(option, *padded) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl {option}: {os.strerror(number)}")
