package dependency

// MaxBytes is the bound of lock files, which are larger than what people write;
// 0 of other files.
func (Scanner) MaxBytes(path string) int64 {
	if f := formatOf(path); f != nil && f.large && f.marks == nil {
		return maxLock
	}
	return 0
}
