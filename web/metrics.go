package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/mesure5/dealmap/tiles"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what the operations listener shows. Nothing in them is about one place or one person.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	tiles    *prometheus.HistogramVec
	stuck    prometheus.Counter
}

func newMetrics(s *Server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "dealmap_http_request_seconds", Help: "Time to answer, by route, method and status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route", "method", "status"}),
		tiles: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "dealmap_tile_draw_seconds", Help: "Time to draw a tile, by zoom.",
			Buckets: []float64{.0001, .00025, .0005, .001, .002, .005, .01, .025, .05, .1, .5},
		}, []string{"zoom"}),
		stuck: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "dealmap_slow_clients_total", Help: "Answers and live streams that were given up because the client did not read.",
		}),
	}
	m.registry.MustRegister(
		m.requests, m.tiles, m.stuck, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "dealmap_answering", Help: "Requests of people and their tokens that are being answered, live streams apart.",
		}, func() float64 { return float64(s.answering.count()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "dealmap_waiting_to_draw", Help: "Requests for tiles and numbers that wait for their turn.",
		}, func() float64 { return float64(s.drawing.length()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "dealmap_live_streams", Help: "Live streams that are open.",
		}, func() float64 { return float64(s.streams.count()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "dealmap_journal_seq", Help: "Last journal entry in the published snapshot.",
		}, func() float64 { return float64(s.Map.Snapshot().Seq()) }),
	)
	m.registry.MustRegister(keptMetrics(s.Drawer.Kept)...)
	m.registry.MustRegister(s.records.metrics()...)
	if log, ok := s.Consultations.(lineWriter); ok {
		m.registry.MustRegister(lineMetrics(log)...)
	}
	if s.Node != nil {
		m.registry.MustRegister(nodeMetrics(s)...)
	}
	return m
}

// lineWriter is a log of consultations that knows how its lines came to the disk.
type lineWriter interface {
	// Written returns how many lines were written ahead of their transaction, and how many waited for it.
	Written() (ahead, bare uint64)
}

func lineMetrics(log lineWriter) []prometheus.Collector {
	const name, help = "dealmap_consultation_lines_total", "Lines of who saw what, by how they came to the disk: ahead of their transaction, or with it, as few do unless none can be written ahead."
	return []prometheus.Collector{
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help, ConstLabels: prometheus.Labels{"way": "ahead"}}, func() float64 {
			ahead, _ := log.Written()
			return float64(ahead)
		}),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help, ConstLabels: prometheus.Labels{"way": "transaction"}}, func() float64 {
			_, bare := log.Written()
			return float64(bare)
		}),
	}
}

// keptMetrics tell what is kept of tiles and of what they are made of.
func keptMetrics(kept func() tiles.Kept) (all []prometheus.Collector) {
	counter := func(name, help string, value func(tiles.Kept) uint64) {
		all = append(all, prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(value(kept())) }))
	}
	gauge := func(name, help string, value func(tiles.Kept) int) {
		all = append(all, prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(value(kept())) }))
	}
	counter("dealmap_kept_tiles_asked_total", "Requests for tiles of individual places or clusters.", func(k tiles.Kept) uint64 { return k.Asked })
	counter("dealmap_kept_tiles_made_total", "Tiles of individual places or clusters that were drawn: the others were kept from before, or being drawn for somebody else.", func(k tiles.Kept) uint64 { return k.Made })
	gauge("dealmap_kept_tiles_bytes", "Memory of the tiles of individual places and clusters that are kept.", func(k tiles.Kept) int { return k.Bytes })
	counter("dealmap_aggregates_asked_total", "Times that the aggregates of a scope and filter were asked for, to draw heat, and clusters that were not kept.", func(k tiles.Kept) uint64 { return k.Aggregates.Asked })
	counter("dealmap_aggregates_renewed_total", "Aggregates that were counted again where the map had changed.", func(k tiles.Kept) uint64 { return k.Aggregates.Renewed })
	counter("dealmap_aggregates_whole_total", "Aggregates that were counted as a whole.", func(k tiles.Kept) uint64 { return k.Aggregates.Whole })
	gauge("dealmap_aggregates_bytes", "Memory of the aggregates that are kept.", func(k tiles.Kept) int { return k.Aggregates.Bytes })
	gauge("dealmap_kept_ground_bytes", "Memory of the tiles of basemap and territories that are kept.", func(k tiles.Kept) int { return k.Ground })
	return all
}

// request measures one answer. Unknown methods share a name: a client must not be able to fill the memory with them.
func (m *metrics) request(route, method string, status int, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
	default:
		method = "other"
	}
	if route == "/api/v1/changes" {
		return // streams last as long as somebody looks
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Observe(took.Seconds())
}

func (m *metrics) drawn(zoom int, took time.Duration) {
	m.tiles.WithLabelValues(strconv.Itoa(zoom)).Observe(took.Seconds())
}

// Metrics answers scrapes; it belongs on its own listener.
func (s *Server) Metrics() http.Handler {
	return promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{})
}

// Register adds the collectors of other parts to the same page.
func (s *Server) Register(collectors ...prometheus.Collector) error {
	for _, c := range collectors {
		if err := s.metrics.registry.Register(c); err != nil {
			return err
		}
	}
	return nil
}
