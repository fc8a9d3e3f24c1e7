// Stack memory is written before it is read everywhere in this library; zeroing 16 KB of it would cost more than scoring a row.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
