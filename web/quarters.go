package web

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
)

// quarter is one quarter of a year: of 2026, the second is 2026*4 + 1.
type quarter int

func quarterOf(day dealmap.Date) quarter { return quarter(int(day.Year)*4 + (int(day.Month)-1)/3) }

func (q quarter) String() string { return fmt.Sprintf("%d-Q%d", q/4, q%4+1) }

// first and last are the quarter's days at its ends.
func (q quarter) first() dealmap.Date {
	return dealmap.DateOf(time.Date(int(q/4), time.Month(q%4*3+1), 1, 12, 0, 0, 0, time.UTC))
}

func (q quarter) last() dealmap.Date { return (q + 1).first().AddDays(-1) }

// quarterPattern is that of quarters from 1900 on.
var quarterPattern = regexp.MustCompile(`^((?:19|20|21)\d{2})-Q([1-4])$`)

func parseQuarter(query url.Values, name string, fallback quarter) (quarter, error) {
	text := strings.ToUpper(strings.TrimSpace(query.Get(name)))
	if text == "" {
		return fallback, nil
	}
	parts := quarterPattern.FindStringSubmatch(text)
	if parts == nil {
		return 0, badParameter(name, "« %s » n’est pas un trimestre (par exemple 2026-Q1)", clip(text))
	}
	year, _ := strconv.Atoi(parts[1]) // digits, as the pattern says
	return quarter(year*4 + int(parts[2][0]-'1')), nil
}
