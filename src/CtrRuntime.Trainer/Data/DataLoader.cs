using CtrRuntime.Input;
using CtrRuntime.Model;

namespace CtrRuntime.Trainer.Data;

/// <summary>
/// Reads the training and the validation file (into memory, or where long arrays may move to) and gives every feature its slot. In an exact index slots go to the features of
/// the training file, most frequent first (so that hot ones share cache lines) and by key where that is equal: the order of lines in the
/// file does not matter.
/// </summary>
internal sealed class DataLoader(TrainingPlan plan, ITrainingProgress? progress, Action<string> warn, CancellationToken cancellation, SpillFolder? spill = null)
{
    private const uint Dropped = uint.MaxValue;

    /// <summary>The largest number of slots that a direct index is made with.</summary>
    private const ulong MaximumDirectSlots = 1UL << 31;
    private const int ReportEvery = 1 << 14;

    private readonly KeyTable _numbers = new();

    private readonly RowShaper _shaper = new();

    /// <summary>The slot of each feature number.</summary>
    private uint[] _newSlots = [];

    /// <summary>Number of fields seen.</summary>
    private uint _fields;

    /// <summary>Reads everything.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Data"/>: a file is malformed, empty, or of no use; the message says why and where.</exception>
    public TrainingData Load()
    {
        using var source = new DataSource(plan.Options.Data, plan.Format);
        Schema? schema = plan.HasColumns ? new SchemaBuilder(plan.Options, warn).Build(source) : null;
        FeatureTexts? texts = schema is null ? null : new(schema, source.Name);
        if (schema != null) CheckFields(schema);
        RowStore rows = ReadTraining(source, schema, texts);
        RowStore? validation = null;
        try
        {
            FeatureCount[] counts = rows.CountFeatures(plan.Options.Index == IndexKind.Hashed ? 1u << plan.Options.IndexBits : 0);
            FeatureRank[] ranks = plan.Options.Index == IndexKind.Exact ? GiveSlots(rows, counts) : [];
            if (rows.FeatureCount == 0) throw new CtrException(CtrStatus.Data, $"{source.Name}: no row has a feature{(plan.Options.MinCount > 1 ? " of the minimum count" : "")}");
            validation = plan.Options.Validation is null ? null : ReadValidation(plan.Options.Validation, schema, (uint)counts.Length);
            schema ??= plan.Format == InputFormat.Libsvm ? new Schema(KeyKind.Id, 0, Schema.OfIds(plan.Kind.ExactFields ?? 0).Fields) : Schema.OfIds((int)_fields);
            CheckFields(schema);
            return new()
            {
                Schema = schema,
                Rows = rows,
                Validation = validation,
                Counts = plan.Options.Index == IndexKind.Exact ? Array.ConvertAll(ranks, rank => counts[rank.Number].Weighted) : Array.ConvertAll(counts, count => count.Weighted),
                SlotKeys = Array.ConvertAll(ranks, rank => rank.Key),
                FeatureNames = texts is null ? [] : Array.ConvertAll(ranks, rank => texts.Name(rank.Number)),
            };
        }
        catch
        {
            rows.Dispose();
            validation?.Dispose();
            throw;
        }
    }

    private RowStore ReadTraining(DataSource source, Schema? schema, FeatureTexts? texts)
    {
        var labels = new LabelRule(plan.Loss, source.Name);
        RowStore rows = Read(source, schema, labels, (reader, example, slots) => FindTrainingSlots(source, reader, example, slots, texts));
        if (!labels.AllEqual) return rows;
        float label = rows[0].Label;
        rows.Dispose();
        throw new CtrException(CtrStatus.Data, $"{source.Name}: every label is {label}, so that there is nothing to learn");
    }

    private void FindTrainingSlots(DataSource source, ExampleReader reader, Example example, Span<uint> slots, FeatureTexts? texts)
    {
        ReadOnlySpan<ulong> keys = example.Keys.AsSpan(0, example.Count);
        switch (plan.Options.Index)
        {
            case IndexKind.Hashed:
                Hash(keys, slots);
                return;
            case IndexKind.Direct:
                for (int i = 0; i < keys.Length; i++)
                {
                    if (keys[i] >= MaximumDirectSlots)
                        throw InputError.At(source.Name, reader.Line, 1, $"feature {keys[i]} is too large to be a slot; use an exact or a hashed index");
                    slots[i] = (uint)keys[i];
                }

                return;
            default:
                _numbers.Add(keys, slots);
                for (int i = 0; texts != null && i < keys.Length; i++)
                    texts.Check(slots[i], example.Fields[i], ((CsvExampleReader)reader).Text(example.Fields[i]), reader.Line);
                return;
        }
    }

    private void FindValidationSlots(Example example, Span<uint> slots, uint slotCount)
    {
        ReadOnlySpan<ulong> keys = example.Keys.AsSpan(0, example.Count);
        switch (plan.Options.Index)
        {
            case IndexKind.Hashed:
                Hash(keys, slots);
                return;
            case IndexKind.Direct:
                for (int i = 0; i < keys.Length; i++) slots[i] = keys[i] < slotCount ? (uint)keys[i] : Dropped;
                return;
            default:
                _numbers.Find(keys, slots);
                for (int i = 0; i < keys.Length; i++) slots[i] = slots[i] == KeyTable.Unknown ? Dropped : _newSlots[slots[i]];
                return;
        }
    }

    private unsafe void Hash(ReadOnlySpan<ulong> keys, Span<uint> slots)
    {
        fixed (ulong* from = keys)
        fixed (uint* to = slots)
            KeyMix.TopBits(from, keys.Length, plan.Options.IndexBits, to);
    }

    private RowStore ReadValidation(string path, Schema? schema, uint slotCount)
    {
        using var source = new DataSource(path, plan.Format);
        var labels = new LabelRule(plan.Loss, source.Name);
        RowStore rows = Read(source, schema, labels, (_, example, slots) => FindValidationSlots(example, slots, slotCount));
        try
        {
            if (rows.FeatureCount == 0)
                throw new CtrException(CtrStatus.Data, $"{source.Name}: no feature of the validation file occurs in the training file");
            if (plan.Loss == Loss.Logistic && labels.AllEqual)
            {
                string what = $"{source.Name}: every label of the validation file is {rows[0].Label}";
                if (plan.Stop == StopMetric.Auc) throw new CtrException(CtrStatus.Data, $"{what}, so that it has no AUC to stop by");
                warn($"{what}: there is no AUC, and the log loss favours models that always say so");
            }

            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    private RowStore Read(DataSource source, Schema? schema, LabelRule labels, SlotFinder find)
    {
        var rows = new RowStore(spill);
        try
        {
            using ExampleReader reader = source.OpenExamples(schema);
            var example = new Example();
            uint[] slots = [];
            long read = 0;
            while (reader.Read(example))
            {
                if (++read % ReportEvery == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                    progress?.Reading(source.Path, read, reader.BytesRead);
                }

                float label = labels.Accept(example.Label, reader.Line);
                SetFields(source, reader, example);
                if (example.Weight == 0) continue;
                RowShaper.DropZeros(example);
                if (slots.Length < example.Count) slots = new uint[example.Keys.Length];
                find(reader, example, slots);
                rows.AddFeatures(example, slots, Dropped);
                rows.EndRow(label, example.Weight);
            }

            progress?.Reading(source.Path, read, reader.BytesRead);
            if (rows.Count == 0) throw new CtrException(CtrStatus.Data, $"{source.Name}: there is no example{(read > 0 ? " of a weight above 0" : "")}");
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    // Notes the number of fields, and puts the features in the order in which they are kept.
    private void SetFields(DataSource source, ExampleReader reader, Example example)
    {
        bool numbered = plan.Kind.ExactFields != null && plan.Format == InputFormat.Libsvm;
        bool sorted = true;
        uint last = 0, most = 0;
        for (int i = 0; i < example.Count; i++)
        {
            if (numbered) example.Fields[i] = (uint)i;
            uint field = example.Fields[i];
            sorted &= field >= last;
            most = Math.Max(most, field);
            last = field;
        }

        if (example.Count > 0) _fields = Math.Max(_fields, most + 1);
        if (plan.Kind.ExactFields is int exact) CheckExactFields(source, reader, example, exact);
        if (!sorted && plan.Kind.UsesFields) _shaper.SortByField(example);
    }

    private void CheckExactFields(DataSource source, ExampleReader reader, Example example, int exact)
    {
        ulong seen = 0;
        for (int i = 0; i < example.Count; i++)
            if (example.Fields[i] < (uint)exact) seen |= 1UL << (int)example.Fields[i];
        if (example.Count == exact && System.Numerics.BitOperations.PopCount(seen) == exact) return;
        throw InputError.At(source.Name, reader.Line, 1, $"{plan.Kind.Name} needs one feature in each of {exact} fields");
    }

    private void CheckFields(Schema schema)
    {
        if (plan.Kind.ExactFields is int exact && schema.Fields.Count != exact)
            throw new CtrException(CtrStatus.Data, $"{plan.Options.Data}: {plan.Kind.Name} needs exactly {exact} fields, not {schema.Fields.Count}");
    }

    // Gives every feature of the minimum count its slot: its place in what is answered.
    private FeatureRank[] GiveSlots(RowStore rows, FeatureCount[] counts)
    {
        var ranks = new List<FeatureRank>(counts.Length);
        for (uint number = 0; number < counts.Length; number++)
            if (counts[number].Plain >= plan.Options.MinCount) ranks.Add(new(counts[number].Plain, _numbers.KeyOf(number), number));
        FeatureRank[] sorted = [.. ranks];
        sorted.AsSpan().Sort();
        _newSlots = new uint[counts.Length];
        Array.Fill(_newSlots, Dropped);
        for (uint slot = 0; slot < sorted.Length; slot++) _newSlots[sorted[slot].Number] = slot;
        rows.Renumber(_newSlots, Dropped);
        return sorted;
    }

    /// <summary>Finds the slots of an example's features; <see cref="Dropped"/> for those that the model will not know.</summary>
    private delegate void SlotFinder(ExampleReader reader, Example example, Span<uint> slots);
}
