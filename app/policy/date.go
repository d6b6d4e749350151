package policy

import (
	"fmt"
	"strconv"
	"time"
)

// Date is a day of the calendar; the zero Date is none. What is valid until a
// date is valid to the end of that day in UTC.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("%s is no date: write YYYY-MM-DD, as in 2027-01-31", quote(s))
	}
	return Date{t.Year(), t.Month(), t.Day()}, nil
}

func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// Ended says whether the day is over at a time; of the zero Date it never is.
func (d Date) Ended(now time.Time) bool { return d != (Date{}) && !now.Before(d.end()) }

// end is the first instant after the day.
func (d Date) end() time.Time { return time.Date(d.Year, d.Month, d.Day+1, 0, 0, 0, 0, time.UTC) }

// longest bounds a duration, in days.
const longest = 3650

// parseDuration reads a count of days or hours: 2d, 12h.
func parseDuration(s string) (time.Duration, error) {
	bad := fmt.Errorf("%s is no duration: write days or hours, as in 2d or 12h, at most %dd", quote(s), longest)
	if len(s) < 2 || len(s) > 6 || s[0] < '1' || s[0] > '9' {
		return 0, bad
	}
	n, err := strconv.Atoi(s[:len(s)-1])
	if err != nil {
		return 0, bad
	}
	unit := time.Hour
	switch s[len(s)-1] {
	case 'h':
	case 'd':
		unit = day
	default:
		return 0, bad
	}
	if d := time.Duration(n) * unit; d <= longest*day {
		return d, nil
	}
	return 0, bad
}
