namespace CtrRuntime.Native;

/// <summary>
/// Managed memory set aside for a model while it is opened; once it is open, the heap itself says what it takes. Models share a budget of
/// half the hard limit of the heap, so that too many or too large models are refused here, by name and before anything is allocated,
/// and whatever else a call allocates (details of errors, above all) still finds memory.
/// </summary>
internal sealed class MemoryReservation : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly long Budget = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
    private static long s_reserved;

    private long _bytes;

    /// <summary>Sets memory aside, until this is disposed.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.OutOfMemory"/>: the budget does not have it, even after a collection.</exception>
    public void Take(long bytes)
    {
        lock (Gate)
        {
            if (Left < bytes)
            {
                // Models that were closed since the last collection.
                GC.Collect();
                if (Left < bytes)
                {
                    throw new CtrException(
                        CtrStatus.OutOfMemory,
                        $"the model may need {bytes} bytes of the managed heap, and {Math.Max(Left, 0)} of {Budget} are free; close models that are not needed");
                }
            }

            s_reserved += bytes;
            _bytes += bytes;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (Gate) s_reserved -= _bytes;
        _bytes = 0;
    }

    private static long Left => Budget - s_reserved - GC.GetTotalMemory(forceFullCollection: false);
}
