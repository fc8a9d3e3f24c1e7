using CtrRuntime.Kernels;
using CtrRuntime.Scoring;

namespace CtrRuntime;

/// <content>Ranking: one context, many candidates.</content>
public sealed unsafe partial class CtrModel
{
    /// <summary>
    /// Prepares the features that many candidates share. Scores of candidates are those of the rows that context and candidate make together, within the
    /// error that scores have.
    /// </summary>
    /// <param name="fields">The field of each feature; empty when the kind ignores fields.</param>
    /// <param name="keys">The key of each feature.</param>
    /// <param name="values">The value of each feature; empty for all 1.</param>
    /// <exception cref="ArgumentException">Lengths contradict each other.</exception>
    /// <exception cref="CtrException">The row is refused.</exception>
    public CtrContext Prepare(ReadOnlySpan<uint> fields, ReadOnlySpan<ulong> keys, ReadOnlySpan<float> values)
    {
        CheckLengths([0, (ulong)keys.Length], fields, keys, values);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var context = new CtrContext(_scorer.ContextSize((uint)keys.Length));
        ulong* offsets = stackalloc ulong[] { 0, (ulong)keys.Length };
        var scratch = new byte[ScratchSize((ulong)keys.Length)];
        var error = new RowError();
        uint unknown = 0;
        fixed (ulong* keysAt = keys)
        fixed (uint* fieldsAt = fields)
        fixed (float* valuesAt = values)
        fixed (byte* memory = context.Memory, scratchAt = scratch)
        {
            var row = new RowBatch { Rows = 1, Offsets = offsets, Fields = fieldsAt, Keys = keysAt, Values = valuesAt };
            var request = new ScoreRequest
            {
                NewContext = memory,
                UnknownCounts = &unknown,
                Scratch = scratchAt,
                ScratchSize = (nuint)scratch.Length,
            };
            if (keys.IsEmpty) row.Fields = &unknown; // None, but not left out.
            CtrStatus status = _scorer.Score(row, request, ref error);
            if (status != CtrStatus.Ok) throw new CtrException(status, Describe(error));
        }

        context.Unknown = (int)unknown;
        return context;
    }

    /// <summary>Scores candidates: rows, in CSR form, of what each of them adds to the context.</summary>
    /// <param name="context">By <see cref="Prepare"/> of this model.</param>
    /// <param name="offsets">One more than there are candidates, not decreasing.</param>
    /// <param name="fields">The field of each feature; empty when the kind ignores fields.</param>
    /// <param name="keys">The key of each feature.</param>
    /// <param name="values">The value of each feature; empty for all 1.</param>
    /// <param name="scores">Receives one score per candidate.</param>
    /// <param name="logits">Logits instead of scores.</param>
    /// <param name="unknown">Receives the number of unknown features of each candidate; empty when nobody asks.</param>
    /// <exception cref="ArgumentException">Lengths contradict each other.</exception>
    /// <exception cref="CtrException">A row is refused, or <see cref="CtrStatus.Context"/>: another model prepared the context. Nothing has been written.</exception>
    public void Rank(
        CtrContext context,
        ReadOnlySpan<ulong> offsets,
        ReadOnlySpan<uint> fields,
        ReadOnlySpan<ulong> keys,
        ReadOnlySpan<float> values,
        Span<float> scores,
        bool logits = false,
        Span<uint> unknown = default)
    {
        if (offsets.Length != scores.Length + 1) throw new ArgumentException("one offset more than scores is needed", nameof(offsets));
        RankChecked(context, offsets, fields, keys, values, scores, logits, unknown, top: 0, default);
    }

    /// <summary>Scores candidates as <c>Rank</c> does and answers the best, best first, equal ones in the order of the candidates.</summary>
    /// <param name="context">By <see cref="Prepare"/> of this model.</param>
    /// <param name="offsets">One more than there are candidates, not decreasing.</param>
    /// <param name="fields">The field of each feature; empty when the kind ignores fields.</param>
    /// <param name="keys">The key of each feature.</param>
    /// <param name="values">The value of each feature; empty for all 1.</param>
    /// <param name="indices">Receives the numbers of the best candidates. Its length says how many are wanted.</param>
    /// <param name="scores">Receives their scores; as long as <paramref name="indices"/>.</param>
    /// <param name="logits">Logits instead of scores.</param>
    /// <param name="unknown">Receives the number of unknown features of each candidate; empty when nobody asks.</param>
    /// <returns>How many have been written: all that are wanted, or all candidates if those are fewer.</returns>
    /// <exception cref="ArgumentException">Lengths contradict each other.</exception>
    /// <exception cref="CtrException">As for <c>Rank</c>.</exception>
    public int RankTop(
        CtrContext context,
        ReadOnlySpan<ulong> offsets,
        ReadOnlySpan<uint> fields,
        ReadOnlySpan<ulong> keys,
        ReadOnlySpan<float> values,
        Span<ulong> indices,
        Span<float> scores,
        bool logits = false,
        Span<uint> unknown = default)
    {
        if (offsets.IsEmpty) throw new ArgumentException("one offset more than candidates is needed", nameof(offsets));
        if (indices.IsEmpty) throw new ArgumentException("room for one is needed", nameof(indices));
        if (scores.Length != indices.Length) throw new ArgumentException("one score per index is needed", nameof(scores));
        RankChecked(context, offsets, fields, keys, values, scores, logits, unknown, (ulong)indices.Length, indices);
        return Math.Min(offsets.Length - 1, indices.Length);
    }

    /// <summary>Bytes of a context of up to <paramref name="features"/> features.</summary>
    internal nuint ContextSize(uint features) => _scorer.ContextSize(features);

    /// <summary>Whether memory holds a context of this model.</summary>
    internal bool IsContext(byte* memory, nuint size) => _scorer.IsContext(memory, size);

    private void RankChecked(
        CtrContext context,
        ReadOnlySpan<ulong> offsets,
        ReadOnlySpan<uint> fields,
        ReadOnlySpan<ulong> keys,
        ReadOnlySpan<float> values,
        Span<float> scores,
        bool logits,
        Span<uint> unknown,
        ulong top,
        Span<ulong> indices)
    {
        ArgumentNullException.ThrowIfNull(context);
        CheckLengths(offsets, fields, keys, values);
        if (!unknown.IsEmpty && unknown.Length != offsets.Length - 1) throw new ArgumentException("one count per candidate is needed, or none", nameof(unknown));
        ObjectDisposedException.ThrowIf(_disposed, this);
        fixed (ulong* offsetsAt = offsets, keysAt = keys, indicesAt = indices)
        fixed (uint* fieldsAt = fields, unknownAt = unknown)
        fixed (float* valuesAt = values, scoresAt = scores)
        fixed (byte* memory = context.Memory)
        {
            var rows = new RowBatch { Rows = (ulong)offsets.Length - 1, Offsets = offsetsAt, Fields = fieldsAt, Keys = keysAt, Values = valuesAt };
            var request = new ScoreRequest
            {
                Output = scoresAt,
                Logits = logits,
                UnknownCounts = unknownAt,
                Context = memory,
                Top = top,
                Indices = indicesAt,
            };
            uint none = 0;
            if (keys.IsEmpty) rows.Fields = &none; // None, but not left out.
            if (!_scorer.IsContext(memory, (nuint)context.Size)) throw new CtrException(CtrStatus.Context, "another model prepared the context");
            var error = new RowError();
            CtrStatus status = _scorer.Score(rows, request, ref error);
            if (status == CtrStatus.RowTooLong)
            {
                var scratch = new byte[ScratchSize(Longest(rows))];
                fixed (byte* at = scratch)
                {
                    request.Scratch = at;
                    request.ScratchSize = (nuint)scratch.Length;
                    status = _scorer.Score(rows, request, ref error);
                }
            }

            if (status != CtrStatus.Ok) throw new CtrException(status, Describe(error));
        }
    }
}
