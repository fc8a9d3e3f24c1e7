using CtrRuntime.Input;
using CtrRuntime.Model;

namespace CtrRuntime.Trainer.Data;

/// <summary>
/// Reads the training and the validation file into memory and gives every feature its slot. In an exact index slots go to the features of
/// the training file, most frequent first (so that hot ones share cache lines) and by key where that is equal: the order of lines in the
/// file does not matter.
/// </summary>
internal sealed class DataLoader(TrainingPlan plan, ITrainingProgress? progress, Action<string> warn, CancellationToken cancellation)
{
    private const uint Dropped = uint.MaxValue;

    /// <summary>The largest number of slots that a direct index is made with.</summary>
    private const ulong MaximumDirectSlots = 1UL << 31;
    private const int ReportEvery = 1 << 14;

    private readonly KeyTable _numbers = new();

    /// <summary>Weighted number of occurrences by feature number, or by slot where the key says the slot.</summary>
    private readonly List<double> _counts = [];

    /// <summary>The same, every row counted once.</summary>
    private readonly List<long> _occurrences = [];

    /// <summary>The slot of each feature number.</summary>
    private uint[]? _newSlots;

    /// <summary>Number of fields seen.</summary>
    private uint _fields;

    /// <summary>The features of the row in hand in the order in which they are kept.</summary>
    private int[] _order = [];

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
            ulong[] slotKeys = plan.Options.Index == IndexKind.Exact ? GiveSlots(rows, out uint[] numbers) : Unordered(out numbers);
            if (rows.FeatureCount == 0) throw new CtrException(CtrStatus.Data, $"{source.Name}: no row has a feature{(plan.Options.MinCount > 1 ? " of the minimum count" : "")}");
            validation = plan.Options.Validation is null ? null : ReadValidation(plan.Options.Validation, schema);
            schema ??= plan.Format == InputFormat.Libsvm ? new Schema(KeyKind.Id, 0, Schema.OfIds(plan.Kind.ExactFields ?? 0).Fields) : Schema.OfIds((int)_fields);
            CheckFields(schema);
            return new()
            {
                Schema = schema,
                Rows = rows,
                Validation = validation,
                Counts = [.. _counts],
                SlotKeys = slotKeys,
                FeatureNames = texts is null || slotKeys.Length == 0 ? [] : [.. numbers.Select(texts.Name)],
                PairsPerRow = PairsPerRow(rows),
            };
        }
        catch
        {
            rows.Dispose();
            validation?.Dispose();
            throw;
        }
    }

    private static double PairsPerRow(RowStore rows)
    {
        double pairs = 0;
        for (uint r = 0; r < rows.Count; r++) pairs += rows[r].Count * (rows[r].Count - 1.0) / 2;
        return pairs / rows.Count;
    }

    private RowStore ReadTraining(DataSource source, Schema? schema, FeatureTexts? texts)
    {
        var labels = new LabelRule(plan.Loss, source.Name);
        RowStore rows = Read(source, schema, labels, (ExampleReader reader, Example example, int i, out uint slot) =>
        {
            slot = SlotOfTraining(source, reader, example, i, texts);
            while (_counts.Count <= slot)
            {
                _counts.Add(0);
                _occurrences.Add(0);
            }

            _counts[(int)slot] += example.Weight;
            _occurrences[(int)slot]++;
            return true;
        });
        if (!labels.AllEqual) return rows;
        float label = rows[0].Label;
        rows.Dispose();
        throw new CtrException(CtrStatus.Data, $"{source.Name}: every label is {label}, so that there is nothing to learn");
    }

    private uint SlotOfTraining(DataSource source, ExampleReader reader, Example example, int i, FeatureTexts? texts)
    {
        ulong key = example.Keys[i];
        if (plan.Options.Index == IndexKind.Hashed) return (uint)SlotIndex.Position(key, plan.Options.IndexBits);
        if (plan.Options.Index == IndexKind.Direct)
        {
            if (key < MaximumDirectSlots) return (uint)key;
            throw InputError.At(source.Name, reader.Line, 1, $"feature {key} is too large to be a slot; use an exact or a hashed index");
        }

        uint number = _numbers.Add(key);
        texts?.Check(number, example.Fields[i], ((CsvExampleReader)reader).Text(example.Fields[i]), reader.Line);
        return number;
    }

    private RowStore ReadValidation(string path, Schema? schema)
    {
        using var source = new DataSource(path, plan.Format);
        var labels = new LabelRule(plan.Loss, source.Name);
        RowStore rows = Read(source, schema, labels, (ExampleReader _, Example example, int i, out uint slot) =>
        {
            ulong key = example.Keys[i];
            slot = plan.Options.Index switch
            {
                IndexKind.Hashed => (uint)SlotIndex.Position(key, plan.Options.IndexBits),
                IndexKind.Direct => key < (ulong)_counts.Count ? (uint)key : Dropped,
                _ => _numbers.TryFind(key, out uint number) ? _newSlots![number] : Dropped,
            };
            return slot != Dropped;
        });
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

    private RowStore Read(DataSource source, Schema? schema, LabelRule labels, SlotOf slotOf)
    {
        var rows = new RowStore();
        try
        {
            using ExampleReader reader = source.OpenExamples(schema);
            var example = new Example();
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
                for (int position = 0; position < example.Count; position++)
                {
                    int i = _order[position];
                    if (example.Values[i] != 0 && slotOf(reader, example, i, out uint slot))
                        rows.AddFeature(slot, example.Fields[i], example.Keys[i], example.Values[i]);
                }

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
        int count = example.Count;
        if (_order.Length < count) _order = new int[Math.Max(count, 2 * _order.Length)];
        bool sorted = true;
        for (int i = 0; i < count; i++)
        {
            _order[i] = i;
            if (plan.Kind.ExactFields != null && plan.Format == InputFormat.Libsvm) example.Fields[i] = (uint)i;
            _fields = Math.Max(_fields, example.Fields[i] + 1);
            sorted &= i == 0 || example.Fields[i - 1] <= example.Fields[i];
        }

        if (plan.Kind.ExactFields is int exact) CheckExactFields(source, reader, example, exact);
        if (!sorted && plan.Kind.UsesFields)
        {
            _order.AsSpan(0, count).Sort((a, b) =>
            {
                int order = example.Fields[a].CompareTo(example.Fields[b]);
                return order != 0 ? order : a.CompareTo(b);
            });
        }
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

    // Slots of an exact index; numbers[slot] is the number that the slot's feature had so far.
    private ulong[] GiveSlots(RowStore rows, out uint[] numbers)
    {
        numbers = [.. Enumerable.Range(0, _occurrences.Count).Where(number => _occurrences[number] >= plan.Options.MinCount).Select(number => (uint)number)];
        Array.Sort(numbers, (a, b) =>
        {
            int order = _occurrences[(int)b].CompareTo(_occurrences[(int)a]);
            return order != 0 ? order : _numbers.KeyOf(a).CompareTo(_numbers.KeyOf(b));
        });

        // Numbers of keys that only had the value 0 or the weight 0 were never given.
        _newSlots = new uint[_numbers.Count];
        Array.Fill(_newSlots, Dropped);
        for (uint slot = 0; slot < numbers.Length; slot++) _newSlots[numbers[slot]] = slot;
        rows.Renumber(_newSlots, Dropped);
        double[] counts = [.. numbers.Select(number => _counts[(int)number])];
        _counts.Clear();
        _counts.AddRange(counts);
        return [.. numbers.Select(_numbers.KeyOf)];
    }

    private ulong[] Unordered(out uint[] numbers)
    {
        numbers = [];
        int slots = plan.Options.Index == IndexKind.Hashed ? 1 << plan.Options.IndexBits : _counts.Count;
        while (_counts.Count < slots) _counts.Add(0);
        return [];
    }

    /// <summary>The slot of feature <paramref name="i"/> of an example; false when the model will not know it.</summary>
    private delegate bool SlotOf(ExampleReader reader, Example example, int i, out uint slot);
}
