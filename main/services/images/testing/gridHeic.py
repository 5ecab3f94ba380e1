"""Puts HEIC tiles together as phones do: a grid that is cropped and turned when it is shown.

gridHeic.py COLUMNS ROWS WIDTH HEIGHT TURNS TARGET TILE...: the size before turning, quarter turns against the clock.
The tiles are coded by heif-enc; the container around them is ISO/IEC 23008-12's.
"""
import struct
import sys

columns, rows, width, height, turns = (int(value) for value in sys.argv[1:6])
target, tiles = sys.argv[6], sys.argv[7:]
assert len(tiles) == columns * rows


def box(kind, body, version=None):
    body = body if version is None else struct.pack('>I', version << 24) + body
    return struct.pack('>I', len(body) + 8) + kind + body


def find(data, *path):
    """The content of the first box along a path; `meta` has four bytes in front."""
    at, end = 0, len(data)
    while at < end:
        size, kind = struct.unpack_from('>I4s', data, at)
        if kind == path[0]:
            content = data[at + 8:at + size]
            return content if len(path) == 1 else find(content[4:] if kind == b'meta' else content, *path[1:])
        at += size
    raise SystemExit(f'no {path[0]}')


files = [open(tile, 'rb').read() for tile in tiles]
settings = [find(data, b'meta', b'iprp', b'ipco', b'hvcC') for data in files]
side = struct.unpack('>II', find(files[0], b'meta', b'iprp', b'ipco', b'ispe')[4:12])
assert all(one == settings[0] for one in settings), 'tiles are coded in different ways'
grid = len(files) + 1
payloads = [find(data, b'mdat') for data in files] + [struct.pack('>BBBBHH', 0, 0, rows - 1, columns - 1, width, height)]
entries = b''.join(box(b'infe', struct.pack('>HH4sB', item, 0, b'grid' if item == grid else b'hvc1', 0), 2) for item in range(1, grid + 1))
properties = box(b'hvcC', settings[0]) + box(b'ispe', struct.pack('>II', *side), 0) + box(b'ispe', struct.pack('>II', width, height), 0) + box(b'irot', bytes([turns]))
uses = b''.join(struct.pack('>HBBB', item, 2, 0x81, 0x02) for item in range(1, grid)) + struct.pack('>HBBB', grid, 2, 0x03, 0x84)


def meta(first):
    offsets, at = b'', first
    for item, payload in enumerate(payloads, 1):
        offsets += struct.pack('>HHHII', item, 0, 1, at, len(payload))
        at += len(payload)
    return box(b'meta', b''.join([
        box(b'hdlr', struct.pack('>I4s12sB', 0, b'pict', b'', 0), 0),
        box(b'pitm', struct.pack('>H', grid), 0),
        box(b'iloc', struct.pack('>HH', 0x4400, grid) + offsets, 0),
        box(b'iinf', struct.pack('>H', grid) + entries, 0),
        box(b'iref', box(b'dimg', struct.pack(f'>HH{grid - 1}H', grid, grid - 1, *range(1, grid))), 0),
        box(b'iprp', box(b'ipco', properties) + box(b'ipma', struct.pack('>I', grid) + uses, 0)),
    ]), 0)


head = box(b'ftyp', b'heic\0\0\0\0mif1heic')
first = len(head) + len(meta(0)) + 8
open(target, 'wb').write(head + meta(first) + box(b'mdat', b''.join(payloads)))
