package dealmap

import (
	"unicode"
	"unicode/utf8"
)

// SearchKey brings text to the form in which it is compared: lower case, no accents, punctuation as spaces.
func SearchKey(text string) string {
	return string(AppendSearchKey(make([]byte, 0, len(text)+8), text))
}

// AppendSearchKey appends the SearchKey of a text.
func AppendSearchKey(key []byte, text string) []byte {
	for i := 0; i < len(text); {
		if b := text[i]; b < utf8.RuneSelf {
			key = append(key, plainASCII[b])
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		if r = unicode.ToLower(r); r < utf8.RuneSelf {
			key = append(key, plainASCII[r])
		} else if plain, accented := foldings[r]; accented {
			key = append(key, plain...)
		} else {
			key = utf8.AppendRune(key, r)
		}
	}
	return key
}

var plainASCII = func() (plain [utf8.RuneSelf]byte) {
	for i := range plain {
		plain[i] = byte(unicode.ToLower(rune(i)))
	}
	for _, b := range []byte("'-.,") {
		plain[b] = ' '
	}
	return plain
}()

// foldings maps accented letters of French to plain ones; standard library only, see the package comment.
var foldings = map[rune]string{
	'à': "a", 'â': "a", 'ä': "a", 'á': "a", 'ã': "a", 'ç': "c", 'é': "e", 'è': "e", 'ê': "e", 'ë': "e", 'î': "i", 'ï': "i", 'í': "i",
	'ô': "o", 'ö': "o", 'ó': "o", 'ù': "u", 'û': "u", 'ü': "u", 'ú': "u", 'ÿ': "y", 'ñ': "n", 'œ': "oe", 'æ': "ae",
	'’': " ", '«': " ", '»': " ",
}
