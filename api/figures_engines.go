package api

import (
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"waymark/ledger"
	"waymark/projections"
)

// engineFigure is one of Pebble's own figures.
func engineFigure(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("waymark_pebble_"+name, help, append([]string{"db"}, labels...), nil)
}

var (
	descDisk        = engineFigure("disk_bytes", "Size of the database on disk.")
	descMemTable    = engineFigure("memtable_bytes", "Size of what waits in memory to be sorted to disk.")
	descReadAmp     = engineFigure("read_amplification", "Levels and sublevels that a read may touch.")
	descDebt        = engineFigure("compaction_debt_bytes", "Estimated bytes that compactions have yet to move.")
	descCompactions = engineFigure("compactions_total", "Compactions done.")
	descFailed      = engineFigure("compactions_failed_total", "Compactions that failed.")
	descFlushes     = engineFigure("flushes_total", "Tables in memory written to disk.")
	descWALIn       = engineFigure("wal_in_bytes_total", "Bytes given to the write-ahead log.")
	descWALOut      = engineFigure("wal_written_bytes_total", "Bytes written to the write-ahead log.")
	descCacheBytes  = engineFigure("cache_bytes", "Size of the block cache.")
	descCacheHits   = engineFigure("cache_hits_total", "Blocks found in the cache.")
	descCacheMisses = engineFigure("cache_misses_total", "Blocks not found in the cache.")
	descFsync       = engineFigure("wal_fsync_seconds", "Time that the disk takes to make the write-ahead log durable.")
)

func describeEngines(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		descDisk, descMemTable, descReadAmp, descDebt, descCompactions, descFailed, descFlushes,
		descWALIn, descWALOut, descCacheBytes, descCacheHits, descCacheMisses, descFsync,
	} {
		ch <- d
	}
}

// engineOf returns the figures of the log's engine, if it has the same kind
// that the views have.
func engineOf[M any](_ func(*projections.Views) M, log ledger.Log) (m M) {
	if l, ok := log.(interface{ Metrics() M }); ok {
		return l.Metrics()
	}
	return m
}

func listOf[T any](v ...T) []T { return v }

// collectEngines reads the figures of the databases of the log and the views.
func (s *Server) collectEngines(ch chan<- prometheus.Metric) {
	names := [...]string{"log", "views"}
	for i, m := range listOf(engineOf((*projections.Views).Metrics, s.log), s.views.Metrics()) {
		if m == nil {
			continue
		}
		gauge := func(d *prometheus.Desc, v float64) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, names[i])
		}
		counter := func(d *prometheus.Desc, v float64) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, names[i])
		}
		gauge(descDisk, float64(m.DiskSpaceUsage()))
		gauge(descMemTable, float64(m.MemTable.Size))
		gauge(descReadAmp, float64(m.ReadAmp()))
		gauge(descDebt, float64(m.Compact.EstimatedDebt))
		counter(descCompactions, float64(m.Compact.Count))
		counter(descFailed, float64(m.Compact.FailedCount))
		counter(descFlushes, float64(m.Flush.Count))
		counter(descWALIn, float64(m.WAL.BytesIn))
		counter(descWALOut, float64(m.WAL.BytesWritten))
		gauge(descCacheBytes, float64(m.BlockCache.Size))
		counter(descCacheHits, float64(m.BlockCache.Hits))
		counter(descCacheMisses, float64(m.BlockCache.Misses))
		if h := m.LogWriter.FsyncLatency; h != nil {
			histogram(ch, h, names[i])
		}
	}
}

// histogram passes on Pebble's histogram of nanoseconds in seconds.
func histogram(ch chan<- prometheus.Metric, h prometheus.Histogram, db string) {
	var d dto.Metric
	if h.Write(&d) != nil || d.Histogram == nil {
		return
	}
	buckets := map[float64]uint64{}
	for _, b := range d.Histogram.GetBucket() {
		buckets[b.GetUpperBound()/1e9] = b.GetCumulativeCount()
	}
	m, err := prometheus.NewConstHistogram(descFsync, d.Histogram.GetSampleCount(), d.Histogram.GetSampleSum()/1e9, buckets, db)
	if err == nil {
		ch <- m
	}
}
