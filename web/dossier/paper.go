package dossier

import (
	"slices"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
)

// A4 portrait, in millimetres.
const (
	pageWidth, pageHeight = 210.0, 297.0
	left, right           = 18.0, 192.0
	width                 = right - left
	top, bottom           = 27.0, 276.0
)

type colour [3]int

var (
	ink    = colour{38, 34, 52}
	grey   = colour{108, 104, 122}
	rule   = colour{214, 210, 224}
	pale   = colour{246, 244, 250}
	purple = colour{75, 42, 123}
	red    = colour{176, 0, 32}
	orange = colour{214, 134, 58}
	paleer = colour{235, 192, 150}
	blank  = colour{232, 231, 235} // what is withheld, or has no rate
	white  = colour{255, 255, 255}
)

// typeface is Liberation Sans: the State's charter asks for Arial where Marianne cannot be had, and this has its widths.
const typeface = "liberation"

type weight string

const (
	regular weight = ""
	bold    weight = "B"
)

// Sizes of type, in points.
const (
	small, body, subhead, head, display = 7.5, 9.0, 10.5, 16.0, 30.0
)

// lineHeight is what a line of text of this size takes, in millimetres.
func lineHeight(size float64) float64 { return size * 0.3528 * 1.38 }

// paper is the document while it is being drawn; y is where the next thing goes.
type paper struct {
	pdf      *fpdf.Fpdf
	r        *Report
	y        float64
	sections []section
}

type section struct {
	title string
	page  int
}

func newPaper(r *Report) *paper {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	at := r.Made.At.UTC()
	pdf.SetCreationDate(at)
	pdf.SetModificationDate(at)
	pdf.SetTitle(french("Dossier de territoire – "+r.Territory.Name), true)
	pdf.SetSubject(french(r.Handling), true)
	pdf.SetAuthor("dealmap", true)
	pdf.SetCreator("dealmap", true)
	pdf.SetProducer("dealmap", true)
	pdf.SetLang("fr")
	pdf.SetMargins(left, top, pageWidth-right)
	pdf.SetAutoPageBreak(false, 0)
	pdf.AddUTF8FontFromBytes(typeface, "", liberationsansregular.TTF)
	pdf.AddUTF8FontFromBytes(typeface, "B", liberationsansbold.TTF)
	pdf.SetLineJoinStyle("round")
	pdf.SetLineCapStyle("butt")
	return &paper{pdf: pdf, r: r}
}

func (p *paper) page() {
	p.pdf.AddPage()
	p.y = top
}

// begin goes to a new page for a part of the dossier, unless the page has hardly begun.
func (p *paper) begin() {
	if p.pdf.PageNo() == 1 || p.y > top+40 {
		p.page()
	}
}

// need goes to a new page when there is not so much room left.
func (p *paper) need(height float64) {
	if p.y+height > bottom {
		p.page()
	}
}

// section starts one; it needs room for its title and for so much of what follows.
func (p *paper) section(title string, following float64) {
	if p.y > top {
		p.y += 9
	}
	p.need(14 + following)
	p.sections = append(p.sections, section{title, p.pdf.PageNo()})
	p.pdf.Bookmark(drawable(title), 0, p.y)
	p.font(bold, head, purple)
	p.text(left, p.y+5.5, title)
	p.line(left, p.y+8.6, right, p.y+8.6, purple, 0.5)
	p.y += 14
}

func (p *paper) subhead(title string) {
	p.font(bold, subhead, ink)
	p.text(left, p.y+3.8, p.clip(title, width))
	p.y += 6.6
}

func (p *paper) font(w weight, size float64, c colour) {
	p.pdf.SetFont(typeface, string(w), size)
	p.pdf.SetTextColor(c[0], c[1], c[2])
}

// absent has what the font does not draw, and how it is written instead.
var absent = strings.NewReplacer("\u202f", noBreak, "\u2011", "-", "�", "?")

// drawable keeps text to what the font has; beyond the basic plane it has nothing.
func drawable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r > 0xfffe:
			return '?'
		case r < ' ' || r == 0x7f:
			return ' '
		}
		return r
	}, absent.Replace(french(text)))
}

func (p *paper) text(x, baseline float64, text string) { p.pdf.Text(x, baseline, drawable(text)) }
func (p *paper) measure(text string) float64           { return p.pdf.GetStringWidth(drawable(text)) }
func (p *paper) ending(x, baseline float64, text string) {
	p.text(x-p.measure(text), baseline, text)
}
func (p *paper) centred(x, baseline float64, text string) {
	p.text(x-p.measure(text)/2, baseline, text)
}

// clip shortens text that is wider than it may be.
func (p *paper) clip(text string, most float64) string {
	if p.measure(text) <= most {
		return text
	}
	runes := []rune(text)
	return strings.TrimRight(string(runes[:p.fit(runes, most-p.measure("…"))]), " ") + "…"
}

// fit counts the first letters that are no wider than they may be; letters are not kerned.
func (p *paper) fit(runes []rune, most float64) int {
	wide := 0.0
	for n, r := range runes {
		if wide += p.measure(string(r)); wide > most {
			return n
		}
	}
	return len(runes)
}

func reversed(runes []rune) []rune {
	back := slices.Clone(runes)
	slices.Reverse(back)
	return back
}

// wrap breaks text at its plain spaces; a word that is too long for a line is cut, after a hyphen when it has one.
func (p *paper) wrap(text string, most float64) []string {
	var lines []string
	line := ""
	for word := range strings.SplitSeq(french(text), " ") {
		for p.measure(word) > most && len(word) > 1 {
			runes := []rune(word)
			n := max(p.fit(runes, most), 1)
			if line != "" {
				lines, line = append(lines, line), ""
			}
			if hyphen := slices.Index(reversed(runes[:n]), '-'); hyphen >= 0 && hyphen < n-1 {
				n -= hyphen
			}
			lines, word = append(lines, string(runes[:n])), string(runes[n:])
		}
		switch joined := line + " " + word; {
		case line == "":
			line = word
		case p.measure(joined) <= most:
			line = joined
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}

// paragraph writes text in the current font over as many lines, and pages, as it needs.
func (p *paper) paragraph(x, most float64, w weight, size float64, c colour, text string) {
	p.font(w, size, c)
	height := lineHeight(size)
	for _, line := range p.wrap(text, most) {
		if p.y+height > bottom {
			p.page()
			p.font(w, size, c)
		}
		p.text(x, p.y+height*0.74, line)
		p.y += height
	}
}

func (p *paper) draw(c colour, w float64) {
	p.pdf.SetDrawColor(c[0], c[1], c[2])
	p.pdf.SetLineWidth(w)
}
func (p *paper) fill(c colour) { p.pdf.SetFillColor(c[0], c[1], c[2]) }

func (p *paper) line(x1, y1, x2, y2 float64, c colour, w float64) {
	p.draw(c, w)
	p.pdf.Line(x1, y1, x2, y2)
}

func (p *paper) box(x, y, w, h float64, c colour) {
	p.fill(c)
	p.pdf.Rect(x, y, w, h, "F")
}

// notice is a framed remark: what is missing, and why.
func (p *paper) notice(text string) {
	p.font(regular, body, ink)
	lines := p.wrap(text, width-14)
	height := float64(len(lines))*lineHeight(body) + 6
	p.need(height)
	p.box(left, p.y, width, height, pale)
	p.box(left, p.y, 1.2, height, purple)
	y := p.y
	p.y += 3
	p.paragraph(left+7, width-14, regular, body, ink, text)
	p.y = y + height + 4
}
