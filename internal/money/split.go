package money

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// ErrWeights: the weights of a split are negative, or all of them are zero.
var ErrWeights = errors.New("weights are negative or all zero")

// Split divides the amount by weights so that nothing is lost: each share is
// rounded toward zero, and the minor units that are left go to the shares that
// were cut by most, the first of equals before the others.
func (a Amount) Split(weights ...int64) ([]Amount, error) {
	total := new(big.Int)
	for _, w := range weights {
		if w < 0 {
			return nil, fmt.Errorf("split %s: %w", a, ErrWeights)
		}
		total.Add(total, big.NewInt(w))
	}
	if total.Sign() == 0 {
		return nil, fmt.Errorf("split %s: %w", a, ErrWeights)
	}
	shares := make([]Amount, len(weights))
	cut := make([]*big.Int, len(weights)) // by how much a share was cut, in parts of total
	left := a.Minor
	for i, w := range weights {
		exact := new(big.Int).Mul(big.NewInt(a.Minor), big.NewInt(w))
		share, rest := exact.QuoRem(exact, total, new(big.Int))
		shares[i] = Amount{share.Int64(), a.Currency}
		cut[i] = rest.Abs(rest)
		left -= share.Int64()
	}
	order := make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cut[j].Cmp(cut[i]) })
	one := int64(1)
	if left < 0 {
		one = -1
	}
	for _, i := range order {
		if left == 0 {
			break
		}
		shares[i].Minor += one
		left -= one
	}
	return shares, nil
}
