"""Has the picture of a HEIC turned when it is shown, as a phone writes it: `irot` and `imir` on the picture itself.

turnHeic.py ORIENTATION SOURCE TARGET, ORIENTATION as EXIF counts it. heif-enc 1.15 leaves both out.
"""
import struct
import sys

orientation, source, target = int(sys.argv[1]), sys.argv[2], sys.argv[3]
# Quarter turns against the clock, then the mirror: 0 swaps top and bottom, 1 left and right.
turns, mirror = {2: (0, 1), 3: (2, None), 4: (0, 0), 5: (1, 0), 6: (3, None), 7: (1, 1), 8: (1, None)}[orientation]
added = []
if turns:
    added.append(b'irot' + bytes([turns]))
if mirror is not None:
    added.append(b'imir' + bytes([mirror]))
data = open(source, 'rb').read()


def box(kind, body):
    return struct.pack('>I', len(body) + 8) + kind + body


def boxes(body):
    at = 0
    while at < len(body):
        size, = struct.unpack_from('>I', body, at)
        yield body[at + 4:at + 8], body[at + 8:at + size]
        at += size


def rebuilt(body):
    out, places = b'', {}
    for kind, content in boxes(body):
        if kind == b'meta':
            content = content[:4] + rebuilt(content[4:])
        elif kind == b'iprp':
            content = rebuilt(content)
        elif kind == b'ipco':
            rebuilt.first = sum(1 for _ in boxes(content)) + 1
            content += b''.join(box(one[:4], one[4:]) for one in added)
        elif kind == b'ipma':
            # Of each item its number and its properties, a byte each; the highest bit says that one must be understood.
            out_entries, at = content[:8], 8
            while at < len(content):
                item, count = content[at:at + 2], content[at + 2]
                used = content[at + 3:at + 3 + count]
                if item == rebuilt.primary:
                    used += bytes(0x80 | (rebuilt.first + index) for index in range(len(added)))
                out_entries += item + bytes([len(used)]) + used
                at += 3 + count
            content = out_entries
        elif kind == b'pitm':
            rebuilt.primary = content[4:6]
        elif kind == b'iloc':
            # The pixels move back by what is added: a box of nine bytes and one byte of its use each.
            old = struct.pack('>I', data.index(b'mdat') + 4)
            assert content.count(old) == 1
            content = content.replace(old, struct.pack('>I', data.index(b'mdat') + 4 + 10 * len(added)))
        out += box(kind, content)
    return out


open(target, 'wb').write(rebuilt(data))
