package web

// LimitGraphs bounds the graphs that a server shows, so that a test need not fill one.
func LimitGraphs(s *Server, nodes, ties int) { s.mostShown = graphSize{nodes, ties} }
