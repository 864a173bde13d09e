// Package addresses is a stub.
package addresses

import (
	"context"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

const Sure = 0.7

type Query struct{ Text, Number, Street, Postcode, Commune, CommuneName string }
type Hit struct {
	Label    string
	Position orb.Point
	Commune  string
	Accuracy dealmap.Accuracy
	Score    float64
	Why      string
}
type Gazetteer struct{}

func (g *Gazetteer) Locate(ctx context.Context, q Query) ([]Hit, error) { return nil, nil }
