package epcis

// header reads the epcisHeader, of which only the master data are of use here.
func (r *reader) header(d *Document) {
	at, ok := r.object("an object", func(name string) {
		if name != "epcisMasterData" {
			r.extension(name, "epcisMasterData", new([]Extension))
			return
		}
		r.object("an object", func(name string) {
			if name == "vocabularyList" {
				r.vocabularyList(d)
				return
			}
			r.extension(name, "vocabularyList", new([]Extension))
		})
	})
	if ok && !r.end {
		d.Header = r.since(at)
	}
}

func (r *reader) vocabularyList(d *Document) {
	r.array("an array of vocabularies", func(int) {
		var v Vocabulary
		at, ok := r.object("a vocabulary", func(name string) {
			switch name {
			case "type":
				v.Type = r.uri()
			case "vocabularyElementList":
				r.array("an array of elements", func(int) { v.Elements = append(v.Elements, r.vocabularyElement()) })
			default:
				r.extension(name, "type or vocabularyElementList", new([]Extension))
			}
		})
		if ok && v.Type == "" {
			r.missing(at, "type", wantURI)
		}
		d.Vocabularies = append(d.Vocabularies, v)
	})
}

func (r *reader) vocabularyElement() (e VocabularyElement) {
	at, ok := r.object("a vocabulary element", func(name string) {
		switch name {
		case "id":
			e.ID = r.uri()
		case "attributes":
			r.array("an array of attributes", func(int) { e.Attributes = append(e.Attributes, r.attribute()) })
		case "children":
			e.Children = r.list(r.uri)
		default:
			r.extension(name, "id, attributes or children", new([]Extension))
		}
	})
	if ok && e.ID == "" {
		r.missing(at, "id", wantURI)
	}
	return e
}

func (r *reader) attribute() (a Attribute) {
	at, ok := r.object("an attribute", func(name string) {
		switch name {
		case "id":
			a.ID = r.uri()
		case "attribute":
			a.Value = r.any()
		default:
			r.extension(name, "id or attribute", new([]Extension))
		}
	})
	if ok && a.ID == "" {
		r.missing(at, "id", wantURI)
	}
	return a
}
