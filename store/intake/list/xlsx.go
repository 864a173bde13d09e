package list

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// Workbooks are read here with the XML and zip readers of the standard library. excelize, which writes them elsewhere, unpacks
// every part when it opens a file, ends quietly where the XML of a sheet breaks off, and tells of streamed cells neither that
// they are formulas nor that they are dates.
//
// Cells give what a person sees, as far as that does not depend on the screen: numbers as they are with a decimal point and at
// most 15 digits, dates as 2006-01-02, dates with a time as 2006-01-02T15:04:05, times as 15:04:05, truth as VRAI or FAUX,
// errors as #N/A and the like, numbers with a format of zeros (00000) with those zeros.

// maxIndex and maxStyles bound the parts of a workbook that are held whole: what it consists of, and its formats.
const (
	maxIndex  = 2 << 20
	maxStyles = 16 << 20
)

type workbookXML struct {
	Pr struct {
		Date1904 string `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		Name  string     `xml:"name,attr"`
		State string     `xml:"state,attr"`
		Attrs []xml.Attr `xml:",any,attr"`
	} `xml:"sheets>sheet"`
	External []struct{} `xml:"externalReferences>externalReference"`
}

type relationsXML struct {
	Relations []struct {
		ID     string `xml:"Id,attr"`
		Type   string `xml:"Type,attr"`
		Target string `xml:"Target,attr"`
		Mode   string `xml:"TargetMode,attr"`
	} `xml:"Relationship"`
}

// sheetPart is a worksheet and the entry that holds it.
type sheetPart struct {
	name, entry string
	hidden      bool
}

// workbook returns the entry that holds the workbook, which the package's relations name; empty when there is none.
func (a *archive) workbook() string {
	if a.files["xl/workbook.xml"] != nil {
		return "xl/workbook.xml"
	}
	var rels relationsXML
	if a.parse("_rels/.rels", maxIndex, &rels) != nil {
		return ""
	}
	for _, r := range rels.Relations {
		if name := strings.ToLower(strings.TrimPrefix(r.Target, "/")); strings.HasSuffix(r.Type, "/officeDocument") && strings.HasSuffix(name, "workbook.xml") && a.files[name] != nil {
			return name
		}
	}
	return ""
}

// parse decodes a small XML part.
func (a *archive) parse(name string, limit int64, into any) error {
	data, err := a.small(name, limit)
	if err != nil {
		return err
	}
	if err := xml.Unmarshal(data, into); err != nil {
		return errTornWorkbook
	}
	return nil
}

var errTornWorkbook = errors.New("le classeur est abîmé : ouvrez-le dans Excel et enregistrez-le de nouveau, ou enregistrez-le en CSV")

func (in input) openXLSX(a *archive) (opened, error) {
	name := a.workbook()
	if name == "" {
		return opened{}, errTornWorkbook
	}
	var book workbookXML
	if err := a.parse(name, maxIndex, &book); err != nil {
		return opened{}, err
	}
	var rels relationsXML
	folder, base := path.Split(name)
	if err := a.parse(folder+"_rels/"+base+".rels", maxIndex, &rels); err != nil {
		return opened{}, err
	}
	targets, texts, styles := map[string]string{}, "", ""
	for _, r := range rels.Relations {
		target := strings.ToLower(strings.ReplaceAll(r.Target, "\\", "/"))
		if strings.HasPrefix(target, "/") {
			target = target[1:]
		} else {
			target = path.Join(folder, target)
		}
		switch {
		case r.Mode == "External":
		case strings.HasSuffix(r.Type, "/worksheet"):
			targets[r.ID] = target
		case strings.HasSuffix(r.Type, "/sharedStrings"):
			texts = target
		case strings.HasSuffix(r.Type, "/styles"):
			styles = target
		}
	}
	var sheets []sheetPart
	for _, s := range book.Sheets {
		for _, attr := range s.Attrs {
			if entry := targets[attr.Value]; attr.Name.Local == "id" && entry != "" {
				sheets = append(sheets, sheetPart{s.Name, entry, s.State != "" && s.State != "visible"})
			}
		}
	}
	sheet, f, err := in.chooseSheet(sheets)
	if err != nil {
		return opened{}, err
	}
	if len(book.External) > 0 || slices.ContainsFunc(a.names, func(name string) bool { return strings.HasPrefix(name, "xl/externallinks/") }) {
		f.Notes = append(f.Notes, "Le classeur renvoie à d’autres fichiers : ces liens ne sont pas suivis, les dernières valeurs enregistrées sont lues.")
	}
	s := &xlsxSource{file: in.file, date1904: book.Pr.Date1904 == "1" || book.Pr.Date1904 == "true"}
	if styles != "" && a.files[styles] != nil {
		if s.formats, err = readStyles(a, styles); err != nil {
			return opened{}, err
		}
	}
	if texts != "" && a.files[texts] != nil {
		if s.shared, err = readShared(a, texts); err != nil {
			return opened{}, err
		}
	}
	entry, length, err := a.open(sheet.entry)
	if err != nil {
		return opened{}, err
	}
	s.start(entry, length)
	return opened{source: s, findings: f, pad: true}, nil
}

// chooseSheet takes the sheet asked for, else the first that is not hidden.
func (in input) chooseSheet(sheets []sheetPart) (sheetPart, Findings, error) {
	f := Findings{Options: Options{Format: XLSX, HeaderRow: in.options.HeaderRow}}
	if len(sheets) == 0 {
		return sheetPart{}, f, errors.New("le classeur n’a aucune feuille de calcul")
	}
	var names []string
	for _, s := range sheets {
		names = append(names, s.name)
	}
	at := slices.IndexFunc(sheets, func(s sheetPart) bool { return !s.hidden })
	if in.options.Sheet != "" {
		if at = slices.Index(names, in.options.Sheet); at < 0 {
			return sheetPart{}, f, fmt.Errorf("le classeur n’a pas de feuille « %s » ; il a %s", clip(in.options.Sheet), quoted(names))
		}
	}
	at = max(at, 0)
	f.Sheet = names[at]
	if len(names) > 1 {
		f.Sheets = names
		if in.options.Sheet == "" {
			f.Notes = append(f.Notes, fmt.Sprintf("Le classeur a %d feuilles ; celle qui est lue est « %s ».", len(names), f.Sheet))
		}
	}
	return sheets[at], f, nil
}

// quoted lists names for people, the first ten.
func quoted(names []string) string {
	var out []string
	for i, name := range names {
		if i == 10 {
			out = append(out, "…")
			break
		}
		out = append(out, "« "+clip(name)+" »")
	}
	return strings.Join(out, ", ")
}

// stylesXML is what of a workbook's styles tells dates from numbers.
type stylesXML struct {
	Formats []struct {
		ID   int    `xml:"numFmtId,attr"`
		Code string `xml:"formatCode,attr"`
	} `xml:"numFmts>numFmt"`
	Cells []struct {
		Format int `xml:"numFmtId,attr"`
	} `xml:"cellXfs>xf"`
}

// readStyles returns the number format of each cell style.
func readStyles(a *archive, name string) ([]numberFormat, error) {
	var styles stylesXML
	if err := a.parse(name, maxStyles, &styles); err != nil {
		return nil, err
	}
	codes := map[int]numberFormat{}
	for _, f := range styles.Formats {
		codes[f.ID] = formatOf(f.Code)
	}
	formats := make([]numberFormat, len(styles.Cells))
	for i, c := range styles.Cells {
		if f, ok := codes[c.Format]; ok {
			formats[i] = f
		} else {
			formats[i] = builtIn(c.Format)
		}
	}
	return formats, nil
}

// shared are the texts of a workbook, one behind the other.
type shared struct {
	text []byte
	ends []int32
}

func (s *shared) at(i int) (string, bool) {
	if s == nil || i < 0 || i >= len(s.ends) {
		return "", false
	}
	start := int32(0)
	if i > 0 {
		start = s.ends[i-1]
	}
	return string(s.text[start:s.ends[i]]), true
}

// readShared reads the texts that cells refer to.
func readShared(a *archive, name string) (*shared, error) {
	in, _, err := a.open(name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	tokens := newTokens(in)
	s := &shared{}
	for {
		token, err := tokens.next()
		if err == io.EOF {
			return s, nil
		}
		if err != nil {
			return nil, errTornWorkbook
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "si" {
			if s.text, err = tokens.text(s.text); err != nil {
				return nil, errTornWorkbook
			}
			if len(s.text) > maxStrings || len(s.ends) > maxStrings/16 {
				return nil, errors.New("le classeur contient trop de textes : enregistrez la liste en CSV")
			}
			s.ends = append(s.ends, int32(len(s.text)))
		}
	}
}
