package web

import (
	"encoding/xml"
	"time"
)

// qgisMetadata is what QGIS shows as the metadata of a layer, in its own form of XML; other programs show the text.
type qgisMetadata struct {
	XMLName    xml.Name `xml:"qgis"`
	Version    string   `xml:"version,attr"`
	Identifier string   `xml:"identifier"`
	Language   string   `xml:"language"`
	Type       string   `xml:"type"`
	Title      string   `xml:"title"`
	Abstract   string   `xml:"abstract"`
	Keywords   struct {
		Vocabulary string   `xml:"vocabulary,attr"`
		Keyword    []string `xml:"keyword"`
	} `xml:"keywords"`
	Contact struct {
		Name         string `xml:"name"`
		Organization string `xml:"organization"`
		Role         string `xml:"role"`
	} `xml:"contact"`
	Constraints struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	} `xml:"constraints"`
	Rights   []string `xml:"rights"`
	Encoding string   `xml:"encoding"`
	Dates    struct {
		Date struct {
			Type  string `xml:"type,attr"`
			Value string `xml:"value,attr"`
		} `xml:"date"`
	} `xml:"dates"`
	History []string `xml:"history"`
}

// metadata says whose file it is, whom it is for and how it must be handled.
func (g *gpkgExport) metadata() (string, error) {
	m := qgisMetadata{
		Version: qgisVersion, Identifier: g.e.about().table, Language: "fre", Type: "dataset", Title: g.e.about().title + " (" + restricted + ")", Abstract: g.e.inWords(),
		Rights: []string{restricted, "Destinataires : " + g.e.recipients()}, Encoding: "UTF-8",
		History: []string{"Exporté par " + g.e.exporter() + " le " + momentText(g.e.at) + ". Objet : " + g.e.Purpose},
	}
	m.Keywords.Vocabulary, m.Keywords.Keyword = "mention", []string{restricted}
	m.Contact.Name, m.Contact.Organization, m.Contact.Role = g.e.by, g.e.service, "distributor"
	m.Constraints.Type, m.Constraints.Text = "access", restricted+". "+handlingRule
	m.Dates.Date.Type, m.Dates.Date.Value = "Created", g.e.at.UTC().Format(time.RFC3339)
	text, err := xml.MarshalIndent(m, "", " ")
	return qgisDoctype + string(text), err
}
