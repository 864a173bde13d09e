package list

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

// shapefileSource reads the table and the shapes of a Shapefile side by side.
type shapefileSource struct {
	file    *os.File
	entries []io.Closer
	dbf     *dbf
	shp     *shp
	tail    []io.Reader // of which the checksums are known at the end only
	places  places
}

// shapefiles returns the entries of an archive that are shapes, without their extension.
func (a *archive) shapefiles() []string {
	var bases []string
	for _, name := range a.names {
		if base, ok := strings.CutSuffix(name, ".shp"); ok && !strings.HasPrefix(name, "__macosx/") && !strings.HasPrefix(path.Base(name), ".") {
			bases = append(bases, base)
		}
	}
	slices.Sort(bases)
	return bases
}

func (in input) openShapefile(a *archive) (opened, error) {
	f := Findings{Options: Options{Format: Shapefile}}
	bases := a.shapefiles()
	var names []string
	for _, base := range bases {
		name := path.Base(a.files[base+".shp"].Name)
		names = append(names, strings.ToValidUTF8(name[:len(name)-len(".shp")], "�"))
	}
	at := 0
	if in.options.Sheet != "" {
		if at = slices.Index(names, in.options.Sheet); at < 0 {
			return opened{}, fmt.Errorf("l’archive n’a pas de couche « %s » ; elle a %s", clip(in.options.Sheet), quoted(names))
		}
	}
	base := bases[at]
	f.Sheet = names[at]
	if len(names) > 1 {
		f.Sheets = names
		if in.options.Sheet == "" {
			f.Notes = append(f.Notes, fmt.Sprintf("L’archive a %d couches ; celle qui est lue est « %s ».", len(names), clip(f.Sheet)))
		}
	}
	encoding, err := in.dbfEncoding(a, base, &f)
	if err != nil {
		return opened{}, err
	}
	if err := in.projection(a, base, &f); err != nil {
		return opened{}, err
	}
	s := &shapefileSource{file: in.file}
	if err := s.open(a, base, encoding); err != nil {
		s.file = nil // the caller closes it
		s.close()
		return opened{}, err
	}
	f.Encoding = s.dbf.decoder.encoding
	return opened{source: s, findings: f, header: append(s.dbf.header(), GeometryX, GeometryY)}, nil
}

// dbfEncoding is what a person or the .cpg file says; empty when neither does.
func (in input) dbfEncoding(a *archive, base string, f *Findings) (string, error) {
	if in.options.Encoding != "" {
		return encodingOf(in.options.Encoding)
	}
	for _, extension := range []string{".cpg", ".cst"} {
		if a.files[base+extension] == nil {
			continue
		}
		text, err := a.small(base+extension, sniffBytes)
		if err != nil {
			return "", err
		}
		name := strings.TrimPrefix(strings.TrimSpace(string(text)), utf8Mark)
		encoding, err := encodingOf(name)
		if err != nil || encoding == utf16Name {
			f.Notes = append(f.Notes, fmt.Sprintf("L’encodage « %s » que le fichier .cpg déclare n’est pas pris en charge : il est cherché dans le texte.", clip(name)))
			return "", nil
		}
		return encoding, nil
	}
	return "", nil
}

func (in input) projection(a *archive, base string, f *Findings) error {
	if a.files[base+".prj"] == nil {
		f.Notes = append(f.Notes, "L’archive n’a pas de fichier .prj : indiquez le système de coordonnées.")
		return nil
	}
	text, err := a.small(base+".prj", sniffBytes)
	if err != nil {
		return err
	}
	if f.EPSG = epsgOf(string(text)); f.EPSG == 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("Le système de coordonnées du fichier .prj n’est pas reconnu (« %s ») : indiquez-le.", clip(strings.TrimSpace(string(text)))))
	}
	return nil
}

func (s *shapefileSource) open(a *archive, base, encoding string) error {
	if a.files[base+".dbf"] == nil {
		return fmt.Errorf("il manque le fichier « %s.dbf » dans l’archive : mettez-y aussi les fichiers .dbf, .prj et .cpg", path.Base(base))
	}
	table, length, err := a.open(base + ".dbf")
	if err != nil {
		return err
	}
	s.entries, s.tail = append(s.entries, table), append(s.tail, table)
	if s.dbf, err = openDBF(table, length, encoding); err != nil {
		return err
	}
	shapes, length, err := a.open(base + ".shp")
	if err != nil {
		return err
	}
	s.entries, s.tail = append(s.entries, shapes), append(s.tail, shapes)
	if s.shp, err = openSHP(shapes, length); err != nil {
		return err
	}
	if index := a.files[base+".shx"]; index != nil && index.UncompressedSize64 >= 100 {
		// The index tells before anything is read how many shapes there are.
		if count := int((index.UncompressedSize64 - 100) / 8); count != s.dbf.count {
			return s.differ(count)
		}
	}
	return nil
}

func (s *shapefileSource) differ(shapes int) error {
	return fmt.Errorf("le fichier .shp a %s, le fichier .dbf %s : exportez la couche de nouveau", plural(shapes, "forme", "formes"), plural(s.dbf.count, "ligne", "lignes"))
}

func (s *shapefileSource) next() (Row, error) {
	for {
		f, ok, err := s.shp.next()
		if err == io.EOF {
			return Row{}, s.finish()
		}
		if err != nil {
			return Row{}, err
		}
		if s.dbf.done == s.dbf.count {
			for err == nil {
				_, _, err = s.shp.next()
			}
			return Row{}, s.differ(s.shp.done)
		}
		cells, rowError, err := s.dbf.next()
		switch {
		case err != nil:
			return Row{}, err
		case rowError != nil:
			return Row{}, rowError
		case cells == nil:
			continue
		case !ok:
			return Row{}, &RowError{Line: s.dbf.done, Column: GeometryX, Reason: "géométrie illisible ou d’un genre inconnu"}
		}
		x, y := s.places.cells(&f)
		return Row{Line: s.dbf.done, Cells: append(cells, x, y)}, nil
	}
}

// finish makes sure that both files ended together and whole.
func (s *shapefileSource) finish() error {
	if s.dbf.done != s.dbf.count {
		return s.differ(s.shp.done)
	}
	for _, entry := range s.tail {
		if _, err := io.Copy(io.Discard, entry); err != nil {
			return errTornArchive
		}
	}
	return io.EOF
}

func (s *shapefileSource) progress() (done, total int64) {
	return int64(s.dbf.done), int64(s.dbf.count)
}

func (s *shapefileSource) notes() []string { return append(s.places.notes(), s.dbf.notes()...) }

func (s *shapefileSource) close() error {
	var err error
	for _, entry := range s.entries {
		err = errors.Join(err, entry.Close())
	}
	if s.file != nil {
		err = errors.Join(err, s.file.Close())
	}
	return err
}
