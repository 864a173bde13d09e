package web

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/mesure5/dealmap"
)

// line begins the line of the consultation log for an answer that shows places of this visit's map: those given, and those
// that it names beside them (displaced_to).
func (v *visit) line(what, query string, shown ...dealmap.ID) *dealmap.Consultation {
	line := &dealmap.Consultation{What: what, Query: query, Seq: v.seq, Places: slices.Clone(shown)}
	for _, id := range v.told {
		if !slices.Contains(line.Places, id) {
			line.Places = append(line.Places, id)
		}
	}
	if p, ok := v.snap.(past); ok {
		line.Seq, line.Detail = p.Snapshot.Seq(), presentAt(v.seq)
		if line.Seq == 0 { // before the first entry: nothing is shown
			line.Seq, line.Detail = v.seq, presentAt(0)
		}
	}
	return line
}

const presentMark = "present="

// presentAt is the detail of a line about a past map: what was shown of it also depends on the map of that moment.
func presentAt(seq dealmap.Seq) string { return presentMark + strconv.FormatUint(uint64(seq), 10) }

// presentOf reads what presentAt wrote, whatever comes behind it.
func presentOf(detail string) (dealmap.Seq, bool) {
	text, ok := strings.CutPrefix(detail, presentMark)
	text, _, _ = strings.Cut(text, " ")
	seq, err := strconv.ParseUint(text, 10, 64)
	return dealmap.Seq(seq), ok && err == nil
}

// renew puts the map as it now stands under the visit.
func (v *visit) renew(snap Snapshot) { v.snap, v.seq = snap, snap.Seq() }

// clipTo is text cut to a number of bytes.
func clipTo(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

func holds(list []dealmap.ID, id dealmap.ID) bool { return slices.Contains(list, id) }

func idsOf(places []found) []dealmap.ID {
	ids := make([]dealmap.ID, len(places))
	for i, p := range places {
		ids[i] = p.id
	}
	return ids
}

// canonical is a query in the one form in which the log keeps it: sorted, without repetitions, and without what only says
// which page it is.
func canonical(query url.Values) string {
	if len(query) == 0 {
		return ""
	}
	out := url.Values{}
	for name := range query {
		if name == "cursor" || name == "limit" {
			continue
		}
		text := query.Get(name)
		if name == propertiesName { // no property at all is less than all of them
			all := values(query, name)
			slices.Sort(all)
			out.Set(name, strings.Join(all, ","))
			continue
		}
		if slices.Contains(listNames, name) {
			all := values(query, name)
			slices.Sort(all)
			text = strings.Join(all, ",")
		}
		if text = strings.TrimSpace(text); text != "" {
			out.Set(name, text)
		}
	}
	return out.Encode()
}

// canonical is canonical for a call about deal points or about support sites, which its address alone says.
func (v *visit) canonical(query url.Values) string {
	if v.sites {
		query = maps.Clone(query)
		query.Set(layerName, layerSites)
	}
	return canonical(query)
}
