package github

import "context"

// Lane is who waits for a call.
type Lane string

const (
	LaneWebhook  Lane = "webhook"  // a delivery is being answered
	LaneUser     Lane = "user"     // a person asked; the default
	LaneBackfill Lane = "backfill" // nobody waits: leaves the last fifth of the budget alone
)

type laneKey struct{}

// WithLane says for whom the calls made with the returned context are.
func WithLane(ctx context.Context, lane Lane) context.Context {
	return context.WithValue(ctx, laneKey{}, lane)
}

func laneOf(ctx context.Context) Lane {
	if lane, ok := ctx.Value(laneKey{}).(Lane); ok {
		return lane
	}
	return LaneUser
}

// reserve is the share of an hour's requests, in percent, that a lane must
// leave to the others. An unknown lane is treated as the least urgent.
func (l Lane) reserve() int {
	switch l {
	case LaneWebhook, LaneUser:
		return 0
	default:
		return 20
	}
}
