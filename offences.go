package dealmap

// OffenceFigures are recorded offences of a territory, beside which the map is looked at. They come from public statistics and
// tell nothing of any place.
type OffenceFigures struct {
	// Source and Licence are those of the statistics, in French.
	Source, Licence string
	Indicators      []OffenceIndicator
	// Missing are the territories of those added up for which there are no figures.
	Missing []TerritoryCode
}

// OffenceIndicator is one kind of recorded offence over the years, in their order.
type OffenceIndicator struct {
	Name string // « Trafic de stupéfiants »
	Unit string // what is counted: « Mis en cause », « Victime »; empty when the source does not say
	// PerDwelling says that rates are per 1,000 dwellings, as those of burglary are, and not per 1,000 inhabitants.
	PerDwelling bool
	Years       []OffenceYear
}

// OffenceYear is one year; what is nil the source does not say, or it cannot be told of several territories together.
type OffenceYear struct {
	Year        int
	Number      *int
	PerThousand *float64 // finite, not negative
}
