namespace CtrRuntime.Scoring;

/// <summary>
/// Keeps the best of a sequence of candidates in two arrays of the caller's: while they come, as a binary heap with the worst on top (Williams, 1964), then
/// sorted by it. A candidate is better if its score is higher, or equal and it came first; NaN, which only a damaged model gives, is below all numbers.
/// Cost: a comparison a candidate, and O(log k) for one that is among the best so far.
/// </summary>
internal unsafe struct TopCandidates(float* scores, ulong* indices, ulong capacity)
{
    private ulong _count;

    /// <summary>Offers the next candidate; indices ascend.</summary>
    public void Add(float score, ulong index)
    {
        if (_count < capacity)
        {
            // Moves the worse ones above it down.
            ulong hole = _count++;
            while (hole > 0 && IsBetter(scores[(hole - 1) / 2], indices[(hole - 1) / 2], score, index))
            {
                Move((hole - 1) / 2, hole);
                hole = (hole - 1) / 2;
            }

            Put(hole, score, index);
        }
        else if (capacity > 0 && IsBetter(score, index, scores[0], indices[0]))
        {
            Sink(score, index, _count);
        }
    }

    /// <summary>Puts the best first. Nothing can be added afterwards.</summary>
    public readonly void Sort()
    {
        for (ulong last = _count; last-- > 1;)
        {
            float score = scores[last];
            ulong index = indices[last];
            Move(0, last);
            Sink(score, index, last);
        }
    }

    /// <summary>Puts a candidate in the place of the worst of <paramref name="count"/>, and lets it sink to where it belongs.</summary>
    private readonly void Sink(float score, ulong index, ulong count)
    {
        ulong hole = 0;
        while (true)
        {
            ulong child = (2 * hole) + 1;
            if (child >= count) break;
            if (child + 1 < count && IsBetter(scores[child], indices[child], scores[child + 1], indices[child + 1])) child++;
            if (!IsBetter(score, index, scores[child], indices[child])) break;
            Move(child, hole);
            hole = child;
        }

        Put(hole, score, index);
    }

    private readonly void Move(ulong from, ulong to) => Put(to, scores[from], indices[from]);

    private readonly void Put(ulong place, float score, ulong index)
    {
        scores[place] = score;
        indices[place] = index;
    }

    private static bool IsBetter(float score, ulong index, float than, ulong thanIndex)
    {
        if (score > than) return true;
        if (score < than) return false;
        if (float.IsNaN(score) != float.IsNaN(than)) return float.IsNaN(than);
        return index < thanIndex;
    }
}
