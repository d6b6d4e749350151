package github

import (
	"context"
	"errors"
	"fmt"
	"strconv"
)

const (
	pageSize = 100
	maxPages = 2000 // 200,000 repositories, issues or members
)

// pages reads a list to its end. There is a next page if GitHub links to one
// or this one is full: the link of an answer that has not changed may be older
// than a new last page. A page that brings nothing new would loop for ever and
// is an error, as is a list that does not end: a listing is never cut silently.
func pages[T any](ctx context.Context, what call, id func(T) int64, fetch func(ctx context.Context, page string) (items []T, next int, err error)) ([]T, error) {
	var all []T
	seen := map[int64]bool{}
	for page := 1; page <= maxPages; page++ {
		items, next, err := fetch(withCall(ctx, what), strconv.Itoa(page))
		if err != nil {
			return nil, err
		}
		fresh := 0
		for _, item := range items {
			if !seen[id(item)] {
				seen[id(item)] = true
				all = append(all, item)
				fresh++
			}
		}
		switch {
		case next == 0 && len(items) < pageSize, len(items) == 0:
			return all, nil
		case fresh == 0:
			return nil, fail(what, fmt.Errorf("page %d repeats what came before", page))
		}
	}
	return nil, fail(what, errors.New("the list does not end"))
}
