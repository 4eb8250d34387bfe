package projections

import (
	"strings"

	"waymark/internal/diversion"
)

// What is said of a finding that an event took away. The event's id, or its
// type, stands behind the words.
var (
	voided    = diversion.Text{EN: "declared an error: event ", ZH: "已被声明为错误的事件：", ES: "declarado erróneo: evento "}
	explained = diversion.Text{EN: "explained by the event ", ZH: "已由以下事件解释：", ES: "explicado por el evento "}
	recorded  = diversion.Text{EN: "explained by ", ZH: "已由以下记录解释：", ES: "explicado por "}
)

// cause says in a few words what an event was, for findings that it explains.
func cause(e *entry) string {
	switch {
	case e.void:
		return voided.EN + e.id
	case e.id != "":
		return explained.EN + e.id
	}
	return recorded.EN + e.Stream
}

// withdrawal returns what cause said, in another language.
func withdrawal(because, lang string) string {
	for _, t := range [...]diversion.Text{voided, explained, recorded} {
		if what, ok := strings.CutPrefix(because, t.EN); ok {
			return t.In(lang) + what
		}
	}
	return because
}
