#!/bin/bash
# Makes the files beside it, with Debian's tools: imagemagick, libheif-examples, libtiff-tools, libjpeg-turbo-progs, webp, gifsicle,
# apngasm, poppler-utils, ghostscript, qpdf, libjxl-tools, libimage-exiftool-perl. Nothing of it is needed to run the tests;
# the files are committed. All show the picture of `corpus.ts`: four coloured corners and an arrow that points up.
set -euo pipefail
export LC_ALL=C
here=$(realpath "$(dirname "$0")")
out=$here/files
icc=/usr/share/color/icc/ghostscript
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$out"; mkdir -p "$out"; cd "$work"

convert -size 48x32 xc:white -fill '#c81e28' -draw 'rectangle 0,0 15,11' -fill '#1e9632' -draw 'rectangle 32,0 47,11' \
  -fill '#1e3cc8' -draw 'rectangle 0,20 15,31' -fill '#e6c81e' -draw 'rectangle 32,20 47,31' \
  -fill black -draw 'rectangle 22,4 25,27' -draw 'polygon 23.5,1 18,9 29,9' -strip -depth 8 PNG24:base.png
# White around the corners is see-through; what lies below it is black.
convert base.png -alpha set -channel A -fuzz 1% -transparent white -background black -alpha background PNG32:alpha.png
# Black in the corners whose colours are dark or at the left: red and blue.
convert -size 48x32 xc:white -fill black -draw 'rectangle 0,0 15,11' -draw 'rectangle 0,20 15,31' -draw 'rectangle 22,4 25,27' -draw 'polygon 23.5,1 18,9 29,9' -monochrome bw.png
convert base.png -depth 16 PNG48:deep.png
convert base.png -negate second.png
# What must be stored for each EXIF orientation, so that the picture is upright when it is obeyed.
declare -A store=([1]='-rotate 0' [2]='-flop' [3]='-rotate 180' [4]='-flip' [5]='-transpose' [6]='-rotate -90' [7]='-transverse' [8]='-rotate 90')

# HEIF
heif-enc -q 80 base.png -o "$out/plain.heic"
heif-enc -L -p chroma=444 --matrix_coefficients=0 base.png -o "$out/lossless-rgb.heic"
heif-enc -q 80 -b 10 deep.png -o "$out/ten-bit.heic"
heif-enc -q 80 -b 12 deep.png -o "$out/twelve-bit.heic"
heif-enc -q 80 alpha.png -o "$out/alpha.heic"
heif-enc -q 80 -t 16 base.png -o "$out/thumbnail.heic"
convert base.png -profile $icc/srgb.icc -profile $icc/a98.icc wide.png
heif-enc -q 80 wide.png -o "$out/adobe-rgb.heic"
convert base.png -colorspace Gray PNG8:grey.png
heif-enc -q 80 grey.png -o "$out/grey.heic"
convert base.png -quality 80 "$out/imagemagick.heic"
heif-enc -q 80 base.png second.png -o "$out/two-pictures.heic"
# Small as a file, and more in memory than libheif has at first.
convert -size 3000x2000 xc:white PNG24:flat.png && heif-enc -q 10 flat.png -o "$out/flat.heic"
for n in 2 3 4 5 6 7 8; do
  convert base.png ${store[$n]} -depth 8 PNG24:stored.png
  heif-enc -q 80 stored.png -o stored.heic
  python3 "$here/turnHeic.py" $n stored.heic "$out/orientation-$n.heic"
done
# As a phone writes a photo: tiles, the last of which reach over the edge, and the whole turned by a quarter.
convert base.png -scale 400% -rotate -90 -background gray -gravity NorthWest -extent 192x192 -depth 8 PNG24:sheet.png
for n in 0 1 2 3; do
  convert sheet.png -crop 96x96+$((n % 2 * 96))+$((n / 2 * 96)) +repage PNG24:tile.png
  heif-enc -q 60 tile.png -o tile$n.heic
done
python3 "$here/gridHeic.py" 2 2 128 192 3 "$out/grid-turned.heic" tile[0-3].heic
cp "$out/plain.heic" "$out/heic-inside.jpg"
heif-enc -A -q 80 base.png -o "$out/plain.avif"
# As some writers do: the container's own brand in front, AV1 among the compatible ones.
sed 's/ftypavif/ftypmif1/' "$out/plain.avif" > "$out/avif-inside.heif"

# JPEG
convert base.png -quality 90 -interlace none "$out/baseline.jpg"
convert base.png ppm:- | cjpeg -quality 90 -progressive > "$out/progressive.jpg"
convert base.png ppm:- | cjpeg -quality 90 -grayscale > "$out/grey.jpg"
convert base.png ppm:- | cjpeg -quality 90 -restart 1 -sample 1x2 > "$out/restart.jpg"
convert base.png -quality 90 -colorspace CMYK "$out/cmyk-adobe.jpg"
convert base.png -quality 90 -profile $icc/srgb.icc -profile $icc/a98.icc "$out/adobe-rgb.jpg"
for n in 1 2 3 4 5 6 7 8; do
  convert base.png ${store[$n]} -quality 90 "$out/orientation-$n.jpg"
  exiftool -q -overwrite_original -n -Orientation=$n "$out/orientation-$n.jpg"
done

# PNG
cp deep.png "$out/sixteen-bit.png"
convert base.png -colors 16 PNG8:"$out/palette.png"
convert bw.png -depth 1 "$out/one-bit.png"
cp alpha.png "$out/alpha.png"
convert base.png -interlace PNG "$out/interlaced.png"
convert base.png -colorspace Gray -depth 16 "$out/grey-sixteen-bit.png"
convert base.png -profile $icc/srgb.icc -profile $icc/a98.icc "$out/adobe-rgb.png"
cp base.png frame1.png; convert second.png PNG24:frame2.png
apngasm moving.png frame1.png >/dev/null
cp moving.png "$out/moving.png"

# TIFF
convert base.png -compress none plain.tif
convert second.png -compress none second.tif
tiffcp -c lzw:2 plain.tif "$out/lzw.tif"
tiffcp -c zip plain.tif "$out/deflate.tif"
tiffcp -c packbits plain.tif "$out/packbits.tif"
tiffcp -c jpeg:90 -r 16 plain.tif "$out/jpeg.tif"
tiffcp -c none -t -w 16 -l 16 plain.tif tiles.tif && tiffcp -c lzw -t -w 16 -l 16 tiles.tif "$out/tiles.tif"
tiffcp -B -c lzw plain.tif "$out/big-endian.tif"
tiffcp -8 -c lzw plain.tif "$out/bigtiff.tif"
tiffcp -p separate -c lzw plain.tif "$out/planes.tif"
convert bw.png -compress Group4 "$out/group4.tif"
convert bw.png -compress Fax "$out/group3.tif"
convert base.png -colors 16 -type Palette -compress lzw "$out/palette.tif"
convert deep.png -depth 16 -compress zip "$out/sixteen-bit.tif"
convert base.png -colorspace CMYK -compress lzw "$out/cmyk.tif"
convert alpha.png -compress zip "$out/alpha.tif"
tiffcp -c lzw plain.tif second.tif plain.tif "$out/three-pages.tif"
convert base.png -rotate -90 -compress lzw turned.tif && tiffset -s 274 6 turned.tif && cp turned.tif "$out/orientation-6.tif"

# BMP
convert base.png BMP3:"$out/plain.bmp"
convert base.png -colors 16 -compress RLE BMP3:"$out/run-length.bmp"
convert base.png -colors 16 -compress none BMP3:"$out/palette.bmp"
convert bw.png -monochrome BMP3:"$out/one-bit.bmp"
convert alpha.png BMP:"$out/alpha.bmp"
convert base.png -define bmp:subtype=RGB565 BMP:"$out/rgb565.bmp"

# WebP, GIF, SVG
cwebp -quiet -q 85 base.png -o "$out/lossy.webp"
cwebp -quiet -lossless base.png -o "$out/lossless.webp"
cwebp -quiet -lossless alpha.png -o "$out/alpha.webp"
img2webp -lossless -d 100 base.png second.png -o "$out/moving.webp" >/dev/null
convert base.png "$out/plain.gif"
convert alpha.png gif.gif && gifsicle -i gif.gif -o "$out/alpha-interlaced.gif"
convert -delay 10 base.png second.png anim.gif && gifsicle -O2 anim.gif -o "$out/moving.gif"

# PDF: the picture fills the page; the second is blank, the third upside down.
cat > picture.ps <<'P'
<< /PageSize [96 64] >> setpagedevice
/corner { setrgbcolor rectfill } bind def
0 40 32 24 200 255 div 30 255 div 40 255 div corner
64 40 32 24 30 255 div 150 255 div 50 255 div corner
0 0 32 24 30 255 div 60 255 div 200 255 div corner
64 0 32 24 230 255 div 200 255 div 30 255 div corner
44 8 8 48 0 0 0 corner
36 44 moveto 60 44 lineto 48 62 lineto fill
showpage
P
echo '<< /PageSize [96 64] >> setpagedevice showpage' > blank.ps
gs -q -o made.pdf -sDEVICE=pdfwrite -dCompatibilityLevel=1.5 picture.ps blank.ps picture.ps
qpdf --deterministic-id --object-streams=generate --rotate=+180:3 made.pdf "$out/three-pages.pdf"
qpdf --encrypt secret secret 128 --use-aes=y -- made.pdf "$out/locked.pdf"
gs -q -o one.pdf -sDEVICE=pdfwrite picture.ps
pdftocairo -svg one.pdf "$out/cairo.svg"

# Not readable here, and to be called by their names.
convert base.png -resize 32x32 "$out/icon.ico"
convert base.png "$out/jpeg2000.jp2"
convert base.png -flatten "$out/photoshop.psd"
cjxl --quiet base.png "$out/jpegxl.jxl" -d 1 2>/dev/null

# Damaged: cut, with bytes turned around, with a head that lies.
cut() { head -c "$3" "$out/$1" > "$out/damaged-$2"; }
cut plain.heic cut-pixels.heic $(($(stat -c %s "$out/plain.heic") - 60))
cut plain.heic cut-head.heic 200
cut plain.avif cut.avif $(($(stat -c %s "$out/plain.avif") - 60))
cut baseline.jpg cut.jpg $(($(stat -c %s "$out/baseline.jpg") * 6 / 10))
cut sixteen-bit.png cut.png $(($(stat -c %s "$out/sixteen-bit.png") * 6 / 10))
cut lossless.webp cut.webp $(($(stat -c %s "$out/lossless.webp") * 6 / 10))
cut moving.gif cut.gif $(($(stat -c %s "$out/moving.gif") * 3 / 10))
cut packbits.tif cut.tif 700
cut plain.bmp cut.bmp 2000
cut three-pages.pdf cut.pdf 300
# Of the PNG pixels, of the HEIC what its decoder is set up with: HEVC has no checksums, so that wrong pixels are pixels like others.
flip() { cp "$out/$1" "$out/damaged-$2"; python3 -c "
import sys; p=sys.argv[1]; at=int(sys.argv[2]); b=bytearray(open(p,'rb').read())
for i in range(at, at+40): b[i]^=0xff
open(p,'wb').write(b)" "$out/damaged-$2" "$3"; }
flip plain.heic flipped.heic $(grep -abo hvcC "$out/plain.heic" | sed 's/:.*//;q')
flip sixteen-bit.png flipped.png 200
# The head says that the picture is 60,000 pixels wide.
python3 - "$out" <<'P'
import sys, struct
out = sys.argv[1]
def lie(source, target, find, at, value):
    data = bytearray(open(f'{out}/{source}', 'rb').read())
    start = data.index(find) + at
    data[start:start + len(value)] = value
    open(f'{out}/damaged-{target}', 'wb').write(data)
lie('plain.heic', 'lying-size.heic', b'ispe', 8, struct.pack('>I', 60000))
lie('sixteen-bit.png', 'lying-size.png', b'IHDR', 4, struct.pack('>I', 60000))
lie('plain.bmp', 'lying-size.bmp', b'BM', 18, struct.pack('<I', 60000))
P
ls "$out" | wc -l; du -cb "$out"/* | tail -1
