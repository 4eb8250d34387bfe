package event

import "github.com/go-json-experiment/json"

// upcast runs ups over the fields of data in order.
func upcast(ups []Upcaster, data []byte) ([]byte, error) {
	if len(ups) == 0 {
		return data, nil
	}
	fields := map[string]any{}
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, err
	}
	for _, up := range ups {
		if err := up(fields); err != nil {
			return nil, err
		}
	}
	return json.Marshal(fields, json.Deterministic(true))
}

// Rename returns an upcaster that gives the field from the name to.
func Rename(from, to string) Upcaster {
	return func(fields map[string]any) error {
		if v, ok := fields[from]; ok {
			delete(fields, from)
			fields[to] = v
		}
		return nil
	}
}

// Default returns an upcaster that sets a field where it is absent.
func Default(field string, value any) Upcaster {
	return func(fields map[string]any) error {
		if _, ok := fields[field]; !ok {
			fields[field] = value
		}
		return nil
	}
}

// Drop returns an upcaster that removes a field.
func Drop(field string) Upcaster {
	return func(fields map[string]any) error {
		delete(fields, field)
		return nil
	}
}
