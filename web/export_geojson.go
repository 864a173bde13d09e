package web

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/mesure5/dealmap"
)

// geoJSONExport writes one FeatureCollection, feature by feature. What the file is comes first.
type geoJSONExport struct {
	out  io.Writer
	s    *Server
	v    visit // of its own: it does not remember what the features name
	head map[string]any
	more bool // than the first feature
}

func newGeoJSONExport(out io.Writer, s *Server, v *visit, e *export) *geoJSONExport {
	return &geoJSONExport{out: out, s: s, v: *v, head: map[string]any{
		"mention": restricted, "exported_by": e.by, "exported_for": e.service, "exported_at": e.at.In(s.zone).Format(time.RFC3339),
		"recipients": e.Recipients, "purpose": e.Purpose, "filter": e.filterText,
	}}
}

func (g *geoJSONExport) begin() error {
	head, err := json.Marshal(g.head)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	_, err = fmt.Fprintf(g.out, `{"type":"FeatureCollection",%s,"features":[`, head[1:len(head)-1])
	return err
}

func (g *geoJSONExport) place(p dealmap.Sight) error {
	f := g.s.feature(&g.v, p)
	g.v.told = nil
	if f.Properties.Closing != nil {
		f.Properties.Closing.DisplacedTo = nil // another place, which may be one that must not leave
	}
	feature, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	separator := ",\n"
	if !g.more {
		g.more, separator = true, "\n"
	}
	_, err = fmt.Fprintf(g.out, "%s%s", separator, feature)
	return err
}

func (g *geoJSONExport) end() error {
	_, err := io.WriteString(g.out, "\n]}\n")
	return err
}
