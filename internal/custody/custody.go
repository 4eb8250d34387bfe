// Package custody folds the handling of goods into where each item is and who
// answers for it.
//
// Events become facts: what one event says of one item. Facts are kept and
// folded by the time at which they happened, not by when they arrived, so late
// and repeated scans fall into place. A container's hop is one fact, on the
// container; what is inside inherits it for as long as it is inside (see
// [Timeline]). The fold itself is [Way.Walk].
//
// Custody is documented where a partner received the goods at a site of its
// own, or where they were shipped to it and a notice or an order says so. The
// last partner with a right to sell whose custody is documented is whom the
// goods are bound to.
package custody
