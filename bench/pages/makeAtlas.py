"""
Draws bench/pages/glyphs.png: the printable ASCII characters of DejaVu Sans Mono as the demo model's training pictures have them
(`atlas` of resources/demo-model/train.py). Six rows of 95 cells of 14 x 14 pixels: sizes 12, 13 and 14, regular then bold of each.
Needed only where training changes: `apt-get install python3-numpy python3-pil fonts-dejavu-core`, then `/usr/bin/python3 bench/pages/makeAtlas.py`.
"""
import pathlib
import sys

import numpy as np
from PIL import Image

here = pathlib.Path(__file__).parent
sys.path.insert(0, str(here.parent.parent / 'resources' / 'demo-model'))
import train  # noqa: E402

rows = [weight.transpose(1, 0, 2).reshape(train.CELL, -1) for size in (12, 13, 14) for weight in train.atlas(size)]
Image.fromarray(np.rint(np.concatenate(rows) * 255).astype(np.uint8)).save(here / 'glyphs.png', optimize=True)
