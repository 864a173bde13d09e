package dossier

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// poppler finds one of its tools, and skips the test where it is not installed.
func poppler(t *testing.T, tool string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil {
		t.Skipf("%s is not installed: make poppler", tool)
	}
	return path
}

func writePDF(t *testing.T, r *Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WritePDF(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// read returns the text of each page, in the order in which it was drawn, its blanks made one plain space.
func read(t *testing.T, r *Report) []string {
	t.Helper()
	command := exec.Command(poppler(t, "pdftotext"), "-raw", "-enc", "UTF-8", "-", "-")
	command.Stdin = bytes.NewReader(writePDF(t, r))
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
	for i := range pages {
		pages[i] = spaced(pages[i])
	}
	return pages
}

func spaced(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(text, narrow, " ")), " ")
}

// render returns the pages from one to another in grey, at 50 dots an inch.
func render(t *testing.T, r *Report, first, last int) []*image.Gray {
	t.Helper()
	folder := t.TempDir()
	command := exec.Command(poppler(t, "pdftoppm"), "-r", "50", "-f", fmt.Sprint(first), "-l", fmt.Sprint(last), "-gray", "-png", "-", filepath.Join(folder, "page"))
	command.Stdin = bytes.NewReader(writePDF(t, r))
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.png"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	var pages []*image.Gray
	for _, file := range files {
		pages = append(pages, readGrey(t, file))
	}
	return pages
}

func readGrey(t *testing.T, file string) *image.Gray {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	grey := image.NewGray(decoded.Bounds())
	draw.Draw(grey, grey.Bounds(), decoded, decoded.Bounds().Min, draw.Src)
	return grey
}
