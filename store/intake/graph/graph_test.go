package graph_test

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/intake/graph"
)

// Properties are tried on the same cases in every run; SEED=… tries others, and a failure prints what replays it.
func init() {
	if err := flag.Set("rapid.seed", cmp.Or(os.Getenv("SEED"), "20261123")); err != nil {
		panic(err)
	}
}

var (
	kinds = []dealmap.Term{{Value: "supplies", Label: "Approvisionne"}, {Value: "stores_for", Label: "Stocke pour (réserve)"}, {Value: "same_network", Label: "Même réseau"}}
	means = []dealmap.Term{{Value: "road", Label: "Route"}, {Value: "sea", Label: "Mer"}}
	words = graph.Options{Kinds: kinds, Means: means}
)

func read(text string, o graph.Options) (*dealmap.LinkList, error) {
	l, err := graph.Read(strings.NewReader(text), "r.csv", o)
	if err == nil {
		err = sound(l)
	}
	return l, err
}

// sound holds what must be true of every list that was read.
func sound(l *dealmap.LinkList) error {
	keys := map[string]bool{}
	for _, n := range l.Nodes {
		if n.Key == "" || keys[n.Key] || n.Line < 1 {
			return fmt.Errorf("node %+v", n)
		}
		keys[n.Key] = true
		if p := n.Position; p != nil && !(math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90) {
			return fmt.Errorf("position %v", *p)
		}
	}
	for _, t := range l.Ties {
		if t.From == t.To || min(t.From, t.To) < 0 || max(t.From, t.To) >= len(l.Nodes) || !(t.Strength > 0) || math.IsInf(t.Strength, 0) ||
			!t.Until.IsZero() && t.Until.Before(t.Since) || t.Line < 1 {
			return fmt.Errorf("tie %+v", t)
		}
	}
	if l.SetAside < len(l.Problems) || l.Form == "" {
		return fmt.Errorf("%d set aside, %d problems, form %q", l.SetAside, len(l.Problems), l.Form)
	}
	for _, p := range l.Problems {
		if p.Line < 1 || p.Reason == "" || p.Field == "" {
			return fmt.Errorf("problem %+v", p)
		}
	}
	return nil
}

// told writes the ties of a list: A>B 2 supplies road 2026-01-01..2026-02-01, A-B for those of no direction.
func told(l *dealmap.LinkList) string {
	parts := make([]string, len(l.Ties))
	for i, t := range l.Ties {
		sign := "-"
		if t.Directed {
			sign = ">"
		}
		text := l.Nodes[t.From].Key + sign + l.Nodes[t.To].Key
		if t.Strength != 1 {
			text += fmt.Sprintf(" %g", t.Strength)
		}
		for _, word := range []string{t.Kind, t.Means, t.Note} {
			if word != "" {
				text += " " + word
			}
		}
		if !t.Since.IsZero() || !t.Until.IsZero() {
			text += " " + t.Since.String() + ".." + t.Until.String()
		}
		parts[i] = text
	}
	return strings.Join(parts, "|")
}

// asides writes the problems of a list: line:column field reason, shortened.
func asides(l *dealmap.LinkList) string {
	parts := make([]string, len(l.Problems))
	for i, p := range l.Problems {
		parts[i] = fmt.Sprintf("%d:%d %s %s", p.Line, p.Column, p.Field, p.Reason)
	}
	return strings.Join(parts, "|")
}

// fileError requires an error about the file, or about an option.
func fileError(t *testing.T, err error, field string, holds ...string) {
	t.Helper()
	e, ok := errors.AsType[*dealmap.Error](err)
	if !ok || e.Kind != dealmap.KindInvalid || len(e.Fields) == 0 || e.Fields[0].Field != field {
		t.Errorf("%v, want an invalid %s", err, field)
		return
	}
	for _, part := range holds {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

// TestFilesThatAreNone tries what is no network at all.
func TestFilesThatAreNone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, says string }{
		{"empty", "", "vide"}, {"spaces", " \r\n\t\n", "vide"}, {"mark", "\ufeff\n", "vide"}, {"separators", ";;;\n;;\n", "vide"},
		{"one column", "a\nb\nc\n", "une colonne"}, {"prose", "Bonjour\nle monde\n", "une colonne"},
		{"binary", "\x00\x01\x02\x03\xff\x00abc", "octets nuls"}, {"pdf", "%PDF-1.7 a;b\n", "PDF"}, {"workbook", "PK\x03\x04abc", "CSV (UTF-8) ou en GraphML"},
		{"json", `{"nodes":[]}`, "CSV (UTF-8) ou en GraphML"}, {"gexf", `<?xml version="1.0"?><gexf/>`, "GEXF"}, {"page", "<html><table></table></html>", "page web"},
		{"xml", `<?xml version="1.0"?><a/>`, "pas du GraphML"}, {"huge line", strings.Repeat("a", 2<<20), "fait plus de"},
		{"wide", strings.Repeat("a;", 5000) + "b\nc;d\n", "colonnes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := read(c.text, graph.Options{})
			fileError(t, err, "file", c.says)
		})
	}
	_, err := read("a;b\nb;c\nc;d\n", graph.Options{MostBytes: 5})
	fileError(t, err, "file", "5 octets")
	_, err = read("a;b\nb;c\nc;d\n", graph.Options{MostTies: 2})
	fileError(t, err, "file", "2 liens")
	_, err = read("a;b\nb;c\nc;d\nd;e\n", graph.Options{MostTies: 2})
	fileError(t, err, "file", "2 lignes")
	_, err = read("a;b\nb;c\nc;d\n", graph.Options{MostNodes: 3})
	fileError(t, err, "file", "3 nœuds")
	_, err = read("a;b\n", graph.Options{Form: "pajek"})
	fileError(t, err, "form", "pajek")
	_, err = read("a;b\n", graph.Options{Form: dealmap.FormGraphML})
	fileError(t, err, "form", "GraphML")
	_, err = read("<graphml/>", graph.Options{Form: dealmap.FormEdges})
	fileError(t, err, "form", "XML")
	_, err = read("a;b\n", graph.Options{Separator: "é"})
	fileError(t, err, "separator", "« é »")
}

// TestEncodings reads one list in every encoding, with every separator and line end.
func TestEncodings(t *testing.T) {
	t.Parallel()
	const text = "départ;arrivée;poids\nForêt;Cité;2,5\nCité;Dépôt;1\n"
	const want = "Forêt>Cité 2.5|Cité>Dépôt"
	latin := strings.NewReplacer("é", "\xe9", "ê", "\xea", "ô", "\xf4").Replace(text)
	wide := "\xff\xfe"
	for _, u := range utf16.Encode([]rune(text)) {
		wide += string([]byte{byte(u), byte(u >> 8)})
	}
	for name, written := range map[string]string{
		"utf-8": text, "mark": "\ufeff" + text, "windows-1252": latin, "utf-16": wide, "crlf": strings.ReplaceAll(text, "\n", "\r\n"), "cr": strings.ReplaceAll(text, "\n", "\r"),
		"tab": strings.ReplaceAll(text, ";", "\t"), "comma": strings.ReplaceAll(strings.ReplaceAll(text, ",", "."), ";", ","), "sep": "sep=;\n" + text,
		"empty columns": strings.ReplaceAll(text, "\n", ";;;\n") + ";;;;;\n", "decomposed": strings.ReplaceAll(text, "é", "e\u0301"),
	} {
		l, err := read(written, graph.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got := told(l); got != want || !l.Header || !l.Directed || l.Form != dealmap.FormEdges || l.SetAside > 0 {
			t.Errorf("%s: %q, %+v", name, got, l)
		}
	}
}
