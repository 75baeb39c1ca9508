"""What a Linux process can give up for good: files (landlock), system calls (seccomp), memory and time (rlimits).

Through ctypes, since no well-kept library does all three. Sources: landlock(7), seccomp(2), prctl(2) and the kernel's
headers of the same names. Each function acts on the calling process; threads started later inherit it.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_CLONE_NEWNET, _CLONE_THREAD = 0x40000000, 0x00010000

_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# Write, remove a file, make one. No folders: nested by the thousand, they could be taken away by nobody.
_WRITE = (1 << 1) | (1 << 5) | (1 << 8)
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_TCP, _SCOPED = 0b11, 0b11

# What DuckDB asks of the machine it runs on.
_MACHINE_FILES = (
    "/proc/self", "/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/sys/fs/cgroup", "/sys/devices/system/cpu",
    "/dev/null", "/dev/urandom", "/etc/localtime", "/usr/share/zoneinfo",
)  # fmt: skip
_PYTHON_FOLDERS = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
_LIBRARY_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")

# System call numbers by machine: x86_64, aarch64 (None: it has no such call).
_SYSTEM_CALLS: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67), "pwrite64": (18, 68),
    "preadv": (295, 69), "pwritev": (296, 70), "close": (3, 57), "lseek": (8, 62), "fstat": (5, 80), "stat": (4, None),
    "lstat": (6, None), "newfstatat": (262, 79), "statx": (332, 291), "statfs": (137, 43), "fstatfs": (138, 44),
    "open": (2, None), "openat": (257, 56), "access": (21, None), "faccessat": (269, 48), "faccessat2": (439, 439),
    "getdents64": (217, 61), "readlink": (89, None), "readlinkat": (267, 78), "getcwd": (79, 17),
    "fsync": (74, 82), "fdatasync": (75, 83), "ftruncate": (77, 46), "fallocate": (285, 47), "fadvise64": (221, 223),
    "unlink": (87, None), "unlinkat": (263, 35), "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276),
    "dup": (32, 23), "dup3": (292, 24),
    "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "mremap": (25, 216), "madvise": (28, 233),
    "mincore": (27, 232), "brk": (12, 214), "membarrier": (324, 283), "futex": (202, 98), "futex_waitv": (449, 449),
    "sched_yield": (24, 124), "sched_getaffinity": (204, 123), "nanosleep": (35, 101), "clock_nanosleep": (230, 115),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "gettimeofday": (96, 169), "times": (100, 153),
    "getrusage": (98, 165), "getpid": (39, 172), "gettid": (186, 178), "getppid": (110, 173), "getuid": (102, 174),
    "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177), "getrandom": (318, 278), "sysinfo": (99, 179),
    "uname": (63, 160), "getcpu": (309, 168), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139), "sigaltstack": (131, 132), "restart_syscall": (219, 128), "exit": (60, 93),
    "exit_group": (231, 94), "set_robust_list": (273, 99), "get_robust_list": (274, 100), "rseq": (334, 293),
    "set_tid_address": (218, 96), "poll": (7, None), "ppoll": (271, 73), "eventfd2": (290, 19), "pipe2": (293, 59),
}  # fmt: skip
# What a process that only forks needs none of: sockets, programs, other processes' memory, and ways around the filter.
_NETWORK_AND_PROGRAMS: dict[str, tuple[int, int]] = {
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242), "execve": (59, 221), "execveat": (322, 281), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438), "bpf": (321, 280),
    "io_uring_setup": (425, 425), "mount": (165, 40), "unshare": (272, 97), "setns": (308, 268),
}  # fmt: skip
_FCNTL = (72, 25)
# F_SETOWN, F_SETSIG, F_SETOWN_EX: a file that becomes ready can send any signal to any process.
_SIGNALLING_COMMANDS = (8, 10, 15)
_NEW_NAMESPACES = 0x7E020000
_CLONE, _CLONE3, _PRLIMIT64, _TGKILL, _PRCTL = (56, 220), (435, 435), (302, 261), (234, 131), (157, 167)
_AUDIT_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_LOAD, _JUMP_EQUAL, _JUMP_SET, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_X32_CALLS = 0x40000000


def unavailable_reason() -> str | None:
    """Why this kernel cannot confine a process, or None where it can."""
    if not sys.platform.startswith("linux") or platform.machine() not in _AUDIT_ARCHITECTURES:
        return f"{sys.platform} on {platform.machine()} is not supported"
    if _landlock_version() < 1:
        return "the kernel has no landlock (it is there since Linux 5.13 and may be switched off by `lsm=`)"
    return None


def die_with_parent(parent: int) -> None:
    """Has the kernel kill this process when the thread that started it ends; `parent` is that process's id."""
    _checked(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        sys.exit("the parent is gone")


def limit_resources(*, memory_bytes: int, file_bytes: int, cpu_seconds: int) -> None:
    """Bounds the address space, each file written, and processor time; no core dumps, few open files."""
    # A second between the two, since at the hard limit the signal is SIGKILL, which tells the parent nothing.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    for kind, amount in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 256),
    ):
        _, most = resource.getrlimit(kind)
        amount = amount if most == resource.RLIM_INFINITY else min(amount, most)
        resource.setrlimit(kind, (amount, amount))


def leave_network() -> None:
    """Moves into a network namespace with nothing in it, where the process is allowed to; best effort without seccomp."""
    _libc.unshare(_CLONE_NEWNET)


def is_single_threaded() -> bool:
    """Whether this process has one thread: landlock and seccomp bind the caller and the threads that it starts later."""
    return len(os.listdir("/proc/self/task")) == 1


def forbid_privileges() -> None:
    """No program that is run later can gain privileges; landlock and seccomp ask for this."""
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)")


def restrict_files(readable: Iterable[str], writable: str) -> None:
    """From now on only `readable` (and Python's and the system's libraries) can be read, and only `writable` written."""
    version = _landlock_version()
    handled = (1 << 13) - 1
    handled |= _REFER if version >= 2 else 0
    handled |= _TRUNCATE if version >= 3 else 0
    handled |= 1 << 15 if version >= 5 else 0
    attributes = struct.pack("=Q", handled)
    attributes += struct.pack("=Q", _TCP) if version >= 4 else b""
    attributes += struct.pack("=Q", _SCOPED) if version >= 6 else b""
    ruleset = _checked(_libc.syscall(_LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0), "landlock_create_ruleset")
    for path in {*readable, *_PYTHON_FOLDERS, *_LIBRARY_FOLDERS, *_MACHINE_FILES}:
        _allow_beneath(ruleset, path, (_READ_FILE | _READ_DIR) & handled)
    _allow_beneath(ruleset, writable, (_READ_FILE | _READ_DIR | _WRITE | _REFER | _TRUNCATE) & handled)
    _checked(_libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0), "landlock_restrict_self")
    os.close(ruleset)


def restrict_system_calls() -> None:
    """From now on only the listed system calls work: no sockets, no programs, no processes (threads are allowed)."""
    _install(_filter(platform.machine()))


def refuse_network_and_programs() -> None:
    """From now on no socket can be opened and no program run; processes may be forked, and restrict themselves further."""
    machine = platform.machine()
    at = 0 if machine == "x86_64" else 1
    refuse = _step(_RETURN, _FAIL | _EPERM)
    steps = [*_of_this_machine(machine)]
    for numbers in _NETWORK_AND_PROGRAMS.values():
        steps += [_step(_JUMP_EQUAL, numbers[at], 0, 1), refuse]
    _install(b"".join([*steps, _step(_RETURN, _ALLOW)]))


def _install(filter_code: bytes) -> None:
    buffer = ctypes.create_string_buffer(filter_code, len(filter_code))
    program = struct.pack("@HxxxxxxP", len(filter_code) // 8, ctypes.addressof(buffer))
    _checked(_libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, program, 0, 0), "prctl(PR_SET_SECCOMP)")


def _filter(machine: str) -> bytes:
    """A BPF program (seccomp(2)) that lets the listed calls pass; others fail with EPERM, as if one were not allowed."""
    at = 0 if machine == "x86_64" else 1
    argument = 16
    allow, refuse = _step(_RETURN, _ALLOW), _step(_RETURN, _FAIL | _EPERM)
    steps = [*_of_this_machine(machine)]
    # glibc falls back to clone, whose flags can be looked at, when clone3 is not there.
    steps += [_step(_JUMP_EQUAL, _CLONE3[at], 0, 1), _step(_RETURN, _FAIL | _ENOSYS)]
    steps += [
        _step(_JUMP_EQUAL, _CLONE[at], 0, 5),
        _step(_LOAD, argument),
        _step(_JUMP_SET, _NEW_NAMESPACES, 2, 0),
        _step(_JUMP_SET, _CLONE_THREAD, 0, 1),
        allow,
        refuse,
    ]
    # Reading a limit, never setting one: root could raise its own.
    steps += [_step(_JUMP_EQUAL, _PRLIMIT64[at], 0, 6), _step(_LOAD, argument + 16), _step(_JUMP_EQUAL, 0, 0, 3)]
    steps += [_step(_LOAD, argument + 20), _step(_JUMP_EQUAL, 0, 0, 1), allow, refuse]
    # A thread may signal its own process (abort does), no other.
    steps += [
        _step(_JUMP_EQUAL, _TGKILL[at], 0, 4),
        _step(_LOAD, argument),
        _step(_JUMP_EQUAL, os.getpid(), 0, 1),
        allow,
        refuse,
    ]
    steps += [_step(_JUMP_EQUAL, _FCNTL[at], 0, 2 * len(_SIGNALLING_COMMANDS) + 2), _step(_LOAD, argument + 8)]
    for command in _SIGNALLING_COMMANDS:
        steps += [_step(_JUMP_EQUAL, command, 0, 1), refuse]
    steps.append(allow)
    # Naming a thread is all that is left of prctl.
    steps += [_step(_JUMP_EQUAL, _PRCTL[at], 0, 4), _step(_LOAD, argument), _step(_JUMP_EQUAL, 15, 0, 1), allow, refuse]
    for numbers in _SYSTEM_CALLS.values():
        call = numbers[at]
        if call is not None:
            steps += [_step(_JUMP_EQUAL, call, 0, 1), allow]
    return b"".join([*steps, refuse])


def _of_this_machine(machine: str) -> list[bytes]:
    """The filter's beginning: calls by another architecture's numbers are refused; the number is loaded."""
    number, architecture = 0, 4
    refuse = _step(_RETURN, _FAIL | _EPERM)
    steps = [_step(_LOAD, architecture), _step(_JUMP_EQUAL, _AUDIT_ARCHITECTURES[machine], 1, 0), refuse, _step(_LOAD, number)]
    if machine == "x86_64":
        steps += [_step(_JUMP_AT_LEAST, _X32_CALLS, 0, 1), refuse]
    return steps


def _step(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, operand)


def _landlock_version() -> int:
    return int(_libc.syscall(_LANDLOCK_CREATE_RULESET, None, 0, 1))


def _allow_beneath(ruleset: int, path: str, access: int) -> None:
    if not os.path.exists(path):
        return
    folder_only = ~0 if Path(path).is_dir() else (_READ_FILE | (1 << 1) | _TRUNCATE)
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", access & folder_only, opened)
        _checked(_libc.syscall(_LANDLOCK_ADD_RULE, ruleset, 1, rule, 0), f"landlock_add_rule for {path}")
    finally:
        os.close(opened)


def _checked(result: int, call: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")
    return result
