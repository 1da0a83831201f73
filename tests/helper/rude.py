#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Callers of vipotp-helper who do not keep to the protocol.

rude.py there SOCKET             whether somebody listens
rude.py packets SOCKET           malformed requests of many kinds; prints each that is not refused as it must be
rude.py crowd SOCKET N           N connections at once that say nothing; prints "busy N", "silent N", then waits until
                                 standard input ends, and prints how many of the silent were ended
rude.py strangers SOCKET N       as root: N uids that have no account, four silent connections each; prints each that
                                 is not answered all the same
rude.py dying SOCKET WHEN USER PASSWORD TYPED   a login whose caller is gone: "connected", "asked"
rude.py quiet SOCKET             one connection that says nothing, until it is ended
rude.py memory PID WORD...         which of the words the process has in memory that it can write
rude.py false SOCKET FILE        be a service: write what the first caller says into FILE, and end
"""
import os
import select
import socket
import struct
import sys

VERSION = b"vipotp-1"
ENROLLED, LOGIN, SESSION = b"1", b"2", b"3"
INVALID, LIMIT, FOREIGN, BUSY = b"3", b"4", b"11", b"13"
PACKET_MAX = 8192
OF_ONE = 4  # requests that one user may have at once


def connect(path):
    one = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    one.connect(path)
    return one


def packet(*texts):
    return b"".join(text + b"\0" for text in texts)


def said(one, patience=30):
    """What the other side says: its texts; None if it hung up without a word."""
    for _ in range(2):
        if not select.select([one], [], [], patience)[0]:
            return [b"silence"]
        try:
            got = one.recv(PACKET_MAX)
            return got.split(b"\0")[:-1] if got else None
        except ConnectionResetError:
            continue
    return None


def send(one, data):
    try:
        one.send(data)
    except (BrokenPipeError, ConnectionResetError):
        pass


def name_of_caller():
    import pwd
    return pwd.getpwuid(os.getuid()).pw_name.encode()


def login(user, password, typed, service=b"locker", origin=b"tty1", second=b"0", first=b"", at=b"0"):
    return packet(VERSION, LOGIN, user, service, password, typed, origin, second, first, at)


def malformed():
    me = name_of_caller()
    good = login(me, b"secret", b"123456")
    yield "one byte", b"v"
    yield "no NUL at all", b"vipotp-1"
    yield "the version alone", packet(VERSION)
    yield "another version", packet(b"vipotp-2", ENROLLED, me)
    yield "no such request", packet(VERSION, b"4", me)
    yield "request 0", packet(VERSION, b"0", me)
    yield "a number with a sign", packet(VERSION, b"+1", me)
    yield "a number with a zero before it", packet(VERSION, b"01", me)
    yield "a number with a blank", packet(VERSION, b" 1", me)
    yield "a number that is none", packet(VERSION, b"1x", me)
    yield "a number that does not fit", packet(VERSION, b"99999999999999999999", me)
    yield "enrolled: no user", packet(VERSION, ENROLLED)
    yield "enrolled: a text too many", packet(VERSION, ENROLLED, me, b"")
    yield "enrolled: bytes behind the last text", packet(VERSION, ENROLLED, me) + b"x"
    yield "enrolled: a name too long", packet(VERSION, ENROLLED, b"a" * 256)
    for cut in range(1, len(good)):
        yield "login: cut to %d bytes" % cut, good[:cut]
    yield "login: twice", good + good
    yield "login: a service with a slash", login(me, b"secret", b"123456", service=b"../etc")
    yield "login: no service", login(me, b"secret", b"123456", service=b"")
    yield "login: a service too long", login(me, b"secret", b"123456", service=b"a" * 65)
    yield "login: a code too long", login(me, b"secret", b"1" * 1025)
    yield "login: a password too long", login(me, b"s" * 1025, b"123456")
    yield "login: neither with nor without a first answer", login(me, b"secret", b"123456", second=b"2")
    yield "login: a first answer that there is none of", login(me, b"secret", b"123456", first=b"123456")
    yield "login: a time before 1970", login(me, b"secret", b"123456", second=b"1", first=b"1", at=b"-1")
    yield "session: no words", packet(VERSION, SESSION, b"secret", b"0", b"0")
    yield "session: fewer words than it says", packet(VERSION, SESSION, b"secret", b"0", b"2", b"vipotp")
    yield "session: more words than it says", packet(VERSION, SESSION, b"secret", b"0", b"1", b"vipotp", b"test")
    yield "session: too many words", packet(VERSION, SESSION, b"secret", b"0", b"33", *[b"x"] * 33)
    yield "session: a language that is none", packet(VERSION, SESSION, b"secret", b"2", b"1", b"vipotp")
    yield "as long as can be", b"\0" * PACKET_MAX
    yield "longer than can be", b"\0" * (PACKET_MAX + 1)
    yield "much longer than can be", b"x" * 100000
    for seed in range(200):
        state, data = seed * 2654435761 + 1, bytearray()
        for _ in range(seed * 7 % 300 + 1):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            data.append(state >> 56)
        yield "garbage %d" % seed, bytes(data)


def packets(path):
    n = 0
    for what, data in malformed():
        one = connect(path)
        send(one, data)
        answer = said(one)
        while answer is not None and answer[1:2] == [BUSY]:  # those before are not gone yet
            one = connect(path)
            send(one, data)
            answer = said(one)
        if answer is None or answer[:2] != [VERSION, INVALID]:
            print("%s: %r" % (what, answer))
        elif said(one) is not None:
            print("%s: there was more" % what)
        n += 1
    if n < 250:
        print("only %d packets" % n)


def descriptors(path):
    """With descriptors that nobody wants."""
    one = connect(path)
    rights = struct.pack("4i", 0, 1, 2, 2)
    one.sendmsg([packet(VERSION, ENROLLED, name_of_caller())], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
    answer = said(one)
    if answer is None or answer[:2] != [VERSION, INVALID]:
        print("descriptors: %r" % answer)


def crowd(path, n):
    silent, busy = [connect(path) for _ in range(n)], 0
    while len(silent) > OF_ONE:
        answered = select.select(silent, [], [], 30)[0]
        if not answered:
            break
        for one in answered:
            silent.remove(one)
            busy += (said(one) or [b"", b""])[1] == BUSY
    print("busy %d" % busy)
    print("silent %d" % len(silent), flush=True)
    sys.stdin.read()
    print("ended %d" % sum(said(one) is None for one in silent), flush=True)


def strangers(path, n):
    """The kernel names the effective uid of who connects."""
    silent = []
    for uid in range(2000000000, 2000000000 + n):
        os.seteuid(uid)
        silent += [connect(path) for _ in range(OF_ONE)]
        os.seteuid(0)
    for one in silent:
        answer = said(one)
        if answer is None or answer[:2] not in ([VERSION, FOREIGN], [VERSION, BUSY]):
            print(answer)


def memory(pid, words):
    looked = 0
    with open("/proc/%s/maps" % pid) as maps, open("/proc/%s/mem" % pid, "rb") as held:
        for line in maps:
            area, mode, _, _, _, *name = line.split()
            if "w" not in mode:
                continue
            start, end = (int(part, 16) for part in area.split("-"))
            held.seek(start)
            data = held.read(end - start)
            looked += len(data)
            for word in words:
                if word.encode() in data:
                    print("%s is in %s" % (word, " ".join(name) or area))
    if looked < 100000:
        print("only %d bytes were looked at" % looked)


def main():
    what, path = sys.argv[1:3]
    if what == "there":
        try:
            connect(path)
        except OSError:
            sys.exit(1)
    elif what == "packets":
        packets(path)
        descriptors(path)
    elif what == "memory":
        memory(path, sys.argv[3:])
    elif what == "crowd":
        crowd(path, int(sys.argv[3]))
    elif what == "strangers":
        strangers(path, int(sys.argv[3]))
    elif what == "dying":
        one = connect(path)
        if sys.argv[3] == "asked":
            one.send(login(*[word.encode() for word in sys.argv[4:7]]))
        os.kill(os.getpid(), 9)
    elif what == "quiet":
        print(said(connect(path), 60))
    elif what == "false":
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listener.bind(path)
        listener.listen()
        os.chmod(path, 0o666)
        print("ready", flush=True)
        caller = listener.accept()[0]
        with open(sys.argv[3], "wb") as file:
            file.write(caller.recv(PACKET_MAX))


main()
