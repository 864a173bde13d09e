package web

import "github.com/prometheus/client_golang/prometheus"

// nodeMetrics tell how this server stands as one of several.
func nodeMetrics(s *Server) []prometheus.Collector {
	gauge := func(name, help string, value func(Standing) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return value(s.Node.Standing()) })
	}
	return []prometheus.Collector{
		gauge("dealmap_node_behind_entries", "Entries known to be in the journal that are not shown yet.", func(n Standing) float64 { return float64(n.Behind) }),
		gauge("dealmap_node_behind_seconds", "How long the map that is shown may have been out of date.", func(n Standing) float64 { return n.Lag(s.now()).Seconds() }),
		gauge("dealmap_engine_reached", "1 when the engine that keeps the journal answers, 0 when it is out of reach.", func(n Standing) float64 {
			if n.Reached() {
				return 1
			}
			return 0
		}),
	}
}
