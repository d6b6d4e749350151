package gitstore

// sizeError says that a file is larger than asked for.
type sizeError struct{ limit int64 }

func (e *sizeError) Error() string { return tooLarge(e.limit) }
