package api

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"

	"waymark/api/web"
)

// accepted matches what a client accepts with web.Languages, in their order.
var accepted = language.NewMatcher([]language.Tag{language.English, language.Chinese, language.Spanish})

// maxAccept bounds an Accept-Language that is read, in bytes.
const maxAccept = 256

// language returns the language of an answer: the one that the parameter lang
// asks for, else the best of those that the client accepts, else English.
func (q *query) language(req *http.Request) string {
	asked, given := q.values["lang"]
	if !given {
		return preferred(req)
	}
	if !slices.Contains(web.Languages, asked[0]) {
		q.fault("lang", "want en, zh or es")
		return web.Languages[0]
	}
	return asked[0]
}

func preferred(req *http.Request) string {
	accept := req.Header.Get("Accept-Language")
	if accept == "" || len(accept) > maxAccept {
		return web.Languages[0]
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return web.Languages[0]
	}
	_, i, _ := accepted.Match(tags...)
	return web.Languages[i]
}

// spoken says in the headers of an answer what language it is in, and that the
// client's choice made it so.
func spoken(c echo.Context, lang string) {
	h := c.Response().Header()
	h.Set("Content-Language", lang)
	h.Add(echo.HeaderVary, "Accept-Language")
}

// answerIn writes v, whose words are in a language, as JSON.
func answerIn(c echo.Context, lang string, v any) error {
	spoken(c, lang)
	return answer(c, http.StatusOK, v)
}
