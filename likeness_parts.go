package dealmap

import "strconv"

// values of one class of marks of a description.
func (d *Description) valuesOf(class wordClass, into *[mostMarks]string) (n int) {
	for _, m := range d.marks.list[:d.marks.n] {
		if m.class == class {
			into[n] = m.value
			n++
		}
	}
	return n
}

func meet(a, b []string) string {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return x
			}
		}
	}
	return ""
}

// differing reports that two marks cannot be one: C and 3 may be two ways to count the same buildings.
func differing(x, y string) bool {
	letter, number := x, y
	if isNumber(letter) {
		letter, number = number, letter
	}
	if len(letter) == 1 && isNumber(number) && !isNumber(letter) {
		return strconv.Itoa(int(letter[0]-'a')+1) != number
	}
	return true
}

func isNumber(text string) bool { return text != "" && text[0] >= '0' && text[0] <= '9' }

// markWeights are those of agreeing on a mark and of naming different ones.
var markWeights = [...]struct {
	class          wordClass
	agree, against against
	same, other    finder
}{
	{building, against{1.2, 1.4}, against{-3, -3.2}, textBuilding, textBuildings},
	{entrance, against{1.4, 2.2}, against{-3, -3.2}, textEntrance, textEntrances},
	{stairs, against{1.2, 2}, against{-2.5, -2.5}, textStairs, textStairsDiffer},
	{side, against{0.8, 0.6}, against{-1.5, -1.5}, textSide, textSides},
}

// rarity is how much agreeing on a mark tells, as Winkler has it for names: every estate has a building A, few an H.
func rarity(mark string) float64 {
	switch mark {
	case "a", "1":
		return 0.75
	case "b", "2":
		return 0.9
	}
	return 1.05
}

// marks weighs what tells the points of one estate apart.
func (e *evidence) marks(a, b *Description) {
	if a.marks.n == 0 || b.marks.n == 0 {
		return
	}
	var x, y [mostMarks]string
	compared, apart := false, false
	for _, m := range markWeights {
		n, k := a.valuesOf(m.class, &x), b.valuesOf(m.class, &y)
		if n == 0 || k == 0 {
			continue
		}
		compared = compared || m.class != side
		one := meet(x[:n], y[:k])
		switch {
		case one != "" && apart:
			// Every building has a hall 3.
			e.add("name", m.same, one, "", against{0.2, 0.2})
		case one != "":
			e.add("name", m.same, one, "", m.agree.times(rarity(one)))
		case differing(x[0], y[0]):
			apart = apart || m.class != side
			e.add("name", m.other, x[0], y[0], m.against)
		}
	}
	if compared {
		return
	}
	// A mark without a word before it may be of any class.
	n, k := a.anyMarks(&x), b.anyMarks(&y)
	if n == 0 || k == 0 {
		return
	}
	bare := a.valuesOf(plainWord, new([mostMarks]string)) > 0 || b.valuesOf(plainWord, new([mostMarks]string)) > 0
	one := meet(x[:n], y[:k])
	switch {
	case one != "" && bare:
		e.add("name", textMark, one, "", against{1.2, 1.7}.times(rarity(one)))
	case one != "":
		e.add("name", textMark, one, "", against{0.8, 0.8})
	case bare && isNumber(x[0]) == isNumber(y[0]):
		e.add("name", textMarks, x[0], y[0], against{-2, -2.2})
	}
}

func (d *Description) anyMarks(into *[mostMarks]string) (n int) {
	for _, m := range d.marks.list[:d.marks.n] {
		if m.class != side {
			into[n] = m.value
			n++
		}
	}
	return n
}

// streets weighs the addresses: the pair of streets that agrees most.
func (e *evidence) streets(a, b *Description) {
	var best finding
	found := false
	for i := range a.streets.list[:a.streets.n] {
		for j := range b.streets.list[:b.streets.n] {
			f := addresses(&a.streets.list[i], &b.streets.list[j], a.estate || b.estate)
			if f.against != (against{}) && (!found || f.stranger+f.neighbour > best.stranger+best.neighbour) {
				best, found = f, true
			}
		}
	}
	if found {
		e.add("address", best.text, best.x, best.y, best.against)
	}
}

// addresses compares two streets. In an estate all points may have the estate's number.
func addresses(a, b *street, estate bool) finding {
	if a.words.n == 0 || b.words.n == 0 {
		// A number without its street: the estate's, most likely.
		if a.n > 0 && b.n > 0 {
			if one, agree := a.meets(b); agree {
				return finding{text: textNumber, x: one, against: against{1, 1}}
			}
		}
		return finding{}
	}
	o := overlap(&a.words, &b.words)
	agreement := float64(o.agreement())
	if agreement < 0.45 || o.both < 0.2 {
		if min(o.left, o.right) >= 0.3 && a.vague() == b.vague() {
			return finding{text: textStreets, against: against{-2, -1}}
		}
		return finding{}
	}
	telling := float64(min(1, o.both)) * agreement
	kinds := a.kind == "" || b.kind == "" || a.kind == b.kind
	if !kinds {
		telling *= 0.5
	}
	w := against{3 * telling, 0.05 * telling}
	if a.n == 0 || b.n == 0 {
		return finding{text: textStreet, x: o.shared, against: w}
	}
	one, agree := a.meets(b)
	if agree {
		w.stranger += 2 * telling
		if estate {
			w.neighbour += 0.2 * telling
		} else {
			w.neighbour += 1.8 * telling
		}
		return finding{text: textAddress, x: one, y: o.shared, against: w}
	}
	f := finding{text: textNumbers, x: a.numbers[0].String(), y: b.numbers[0].String(), against: w}
	switch gap := abs(a.numbers[0].number - b.numbers[0].number); {
	case gap == 0: // 12 and 12 bis
		f.neighbour -= 0.9
	case gap <= 2:
		f.neighbour -= 1.8
	case gap > 10 && slips(f.x, f.y, 1) == 1: // 4 and 40
		f.neighbour -= 1.5
	default:
		f.neighbour -= 2.3
		f.stranger -= 1
	}
	return f
}

func abs(n int) int { return max(n, -n) }

// meets returns the number that two streets share. 12 is 12 bis where only one says bis.
func (s *street) meets(o *street) (string, bool) {
	for _, x := range s.numbers[:s.n] {
		for _, y := range o.numbers[:o.n] {
			if x == y {
				return x.String(), true
			}
		}
	}
	return "", false
}

func (h houseNumber) String() string {
	text := strconv.Itoa(h.number)
	switch h.repeat {
	case 0:
		return text
	case 'b':
		return text + " bis"
	case 't':
		return text + " ter"
	case 'q':
		return text + " quater"
	}
	return text + " " + string(rune(h.repeat))
}
