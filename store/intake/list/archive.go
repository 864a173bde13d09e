package list

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// directoryBytes is how much of an archive may be read to list its files.
const directoryBytes = 4 << 20

var (
	errTornArchive = errors.New("l’archive est tronquée ou abîmée : envoyez-la de nouveau")
	errBomb        = errors.New("l’archive se décompresse en bien plus de données qu’une liste n’en a : enregistrez la liste en CSV")
	errEntries     = fmt.Errorf("l’archive contient trop de fichiers, %d au plus", maxEntries)
)

// archive is a zip file whose entries were counted and weighed. Nothing of it is ever written to disk, so names do no harm.
type archive struct {
	files map[string]*zip.File // by name in lower case with slashes
	names []string             // those names, in the order of the archive
}

// budget stops reading past a number of bytes, until it is lifted.
type budget struct {
	in     io.ReaderAt
	left   int64
	lifted bool
	spent  bool
}

func (b *budget) ReadAt(p []byte, off int64) (int, error) {
	if !b.lifted {
		if b.left -= int64(len(p)); b.left < 0 {
			b.spent = true
			return 0, errEntries
		}
	}
	return b.in.ReadAt(p, off)
}

func openArchive(in io.ReaderAt, length int64) (*archive, error) {
	// A directory of a million files would fill memory before they could be counted.
	b := &budget{in: in, left: directoryBytes}
	z, err := zip.NewReader(b, length)
	if b.spent {
		return nil, errEntries
	}
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, errTornArchive
	}
	b.lifted = true
	if len(z.File) > maxEntries {
		return nil, errEntries
	}
	a := &archive{files: map[string]*zip.File{}}
	unpacked := uint64(0)
	for _, f := range z.File {
		unpacked += min(f.UncompressedSize64, maxUnpacked+1)
		name := strings.ToLower(strings.ReplaceAll(f.Name, "\\", "/"))
		if a.files[name] == nil {
			a.names = append(a.names, name)
			a.files[name] = f
		}
	}
	if unpacked > maxUnpacked || unpacked > freeUnpacked && unpacked > maxRatio*uint64(length) {
		return nil, errBomb
	}
	return a, nil
}

// open opens an entry; one that is encrypted or packed by an unknown method is an error. The reader of zip gives no more
// than the size that was weighed and checks the sum at the end.
func (a *archive) open(name string) (io.ReadCloser, int64, error) {
	f := a.files[name]
	if f == nil {
		return nil, 0, fmt.Errorf("il manque le fichier « %s » dans l’archive", path.Base(name))
	}
	if f.Flags&1 != 0 {
		return nil, 0, errors.New("l’archive est protégée par un mot de passe : enlevez-le")
	}
	in, err := f.Open()
	if err != nil {
		return nil, 0, errTornArchive
	}
	return in, int64(f.UncompressedSize64), nil
}

// small reads a whole entry of at most limit bytes.
func (a *archive) small(name string, limit int64) ([]byte, error) {
	in, length, err := a.open(name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	if length > limit {
		return nil, fmt.Errorf("« %s » est trop grand dans l’archive : %s, %s au plus", path.Base(name), size(length), size(limit))
	}
	data, err := io.ReadAll(in)
	if err != nil {
		return nil, errTornArchive
	}
	return data, nil
}

// openZip finds out what an archive holds.
func (in input) openZip() (opened, error) {
	a, err := openArchive(in.file, in.size)
	if err != nil {
		return opened{}, err
	}
	format := ""
	switch {
	case a.files["xl/workbook.xml"] != nil || a.files["[content_types].xml"] != nil && a.workbook() != "":
		format = XLSX
	case a.files["xl/workbook.bin"] != nil:
		err = errors.New("c’est un classeur binaire (.xlsb) : enregistrez-le en XLSX ou en CSV")
	case a.files["mimetype"] != nil && a.files["content.xml"] != nil:
		err = errors.New("c’est un document LibreOffice (.ods) : enregistrez-le en XLSX ou en CSV")
	case a.files["word/document.xml"] != nil:
		err = errors.New("c’est un document Word : copiez le tableau dans un classeur et enregistrez-le en XLSX ou en CSV")
	case a.files["doc.kml"] != nil:
		err = errors.New("c’est du KMZ : convertissez-le en GeoJSON ou en GeoPackage, par exemple avec QGIS")
	case len(a.shapefiles()) > 0:
		format = Shapefile
	default:
		err = errors.New("l’archive zip ne contient ni classeur ni Shapefile : décompressez-la, et envoyez la liste en XLSX ou en CSV")
	}
	switch {
	case err != nil:
		return opened{}, err
	case in.options.Format != "" && in.options.Format != format:
		return opened{}, fmt.Errorf("le fichier est du format « %s », non « %s »", format, in.options.Format)
	case format == XLSX:
		return in.openXLSX(a)
	default:
		return in.openShapefile(a)
	}
}
