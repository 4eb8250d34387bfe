package page

import (
	"math"
	"math/bits"
)

// fourier transforms squares of n × n numbers, n a power of two.
type fourier struct {
	n      int
	twist  []complex64
	rev    []int32
	column []complex64
}

func newFourier(n int) *fourier {
	f := &fourier{n: n, twist: make([]complex64, n/2), rev: make([]int32, n), column: make([]complex64, n*strip)}
	for i := range f.twist {
		s, c := math.Sincos(-2 * math.Pi * float64(i) / float64(n))
		f.twist[i] = complex(float32(c), float32(s))
	}
	for i := range f.rev {
		f.rev[i] = int32(bits.Reverse32(uint32(i)) >> (32 - bits.TrailingZeros(uint(n))))
	}
	return f
}

// strip is how many columns are transformed together, for the cache.
const strip = 8

// line transforms n numbers in place, without scaling.
func (f *fourier) line(a []complex64) {
	for i, j := range f.rev {
		if int32(i) < j {
			a[i], a[j] = a[j], a[i]
		}
	}
	for i := 0; i+1 < len(a); i += 2 {
		a[i], a[i+1] = a[i]+a[i+1], a[i]-a[i+1]
	}
	for half := 2; half < f.n; half <<= 1 {
		step := f.n / (2 * half)
		for s := 0; s < f.n; s += 2 * half {
			lo, hi := a[s:s+half], a[s+half:s+2*half]
			for j, k := 0, 0; j < half; j, k = j+1, k+step {
				t := f.twist[k] * hi[j]
				hi[j] = lo[j] - t
				lo[j] += t
			}
		}
	}
}

// columns transforms the columns from x0 up to x1.
func (f *fourier) columns(a []complex64, x0, x1 int) {
	n := f.n
	for x := x0; x < x1; x += strip {
		wide := min(strip, x1-x)
		for y := range n {
			for b := range wide {
				f.column[b*n+y] = a[y*n+x+b]
			}
		}
		for b := range wide {
			f.line(f.column[b*n : (b+1)*n])
		}
		for y := range n {
			for b := range wide {
				a[y*n+x+b] = f.column[b*n+y]
			}
		}
	}
}

// forward transforms in place.
func (f *fourier) forward(a []complex64) {
	for y := range f.n {
		f.line(a[y*f.n : (y+1)*f.n])
	}
	f.columns(a, 0, f.n)
}

// conjugate turns a into the complex conjugates of its numbers.
func conjugate(a []complex64) {
	for i, v := range a {
		a[i] = complex(real(v), -imag(v))
	}
}
