using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace CtrRuntime.Libraries;

/// <summary>
/// Rows through ML.NET's field-aware factorization machine, trained for one pass over rows with random labels, as there is no other way to make one. The features
/// of each field are its own, and come as sparse vectors: there is nothing to look up. One thread.
/// </summary>
internal sealed class MlNetScorer : IDisposable
{
    private readonly FieldsRow[] _rows;
    private readonly PredictionEngine<FieldsRow, Prediction> _engine;
    private readonly FieldAwareFactorizationMachinePredictionTransformer _model;
    private readonly IDataView _view;

    /// <summary>Trains a model with <paramref name="slots"/> / <see cref="Rows.Fields"/> features a field.</summary>
    public MlNetScorer(Rows rows, int slots, int latent)
    {
        int own = slots / Rows.Fields;
        PropertyInfo[] members = [.. Enumerable.Range(0, Rows.Fields).Select(f => typeof(FieldsRow).GetProperty($"F{f}")!)];
        var random = new Random(1);
        _rows = new FieldsRow[Rows.Count];
        for (int r = 0; r < Rows.Count; r++)
        {
            _rows[r] = new FieldsRow { Label = random.Next(2) == 1 };
            for (int f = 0; f < Rows.Fields; f++)
            {
                int feature = (int)(rows.Slots[(r * Rows.Fields) + f] - (f * own));
                members[f].SetValue(_rows[r], new VBuffer<float>(own, 1, [1], [feature]));
            }
        }

        var context = new MLContext(1);
        SchemaDefinition schema = SchemaDefinition.Create(typeof(FieldsRow));
        foreach (PropertyInfo member in members) schema[member.Name].ColumnType = new VectorDataViewType(NumberDataViewType.Single, own);
        _view = context.Data.Cache(context.Data.LoadFromEnumerable(_rows, schema));
        _model = context.BinaryClassification.Trainers.FieldAwareFactorizationMachine(new FieldAwareFactorizationMachineTrainer.Options
        {
            FeatureColumnName = members[0].Name,
            ExtraFeatureColumns = [.. members[1..].Select(member => member.Name)],
            LatentDimension = latent,
            NumberOfIterations = 1,
            NormalizeFeatures = false,
            Shuffle = false,
        }).Fit(_view);
        _engine = context.Model.CreatePredictionEngine<FieldsRow, Prediction>(_model, inputSchemaDefinition: schema);
    }

    /// <summary>Scores all rows, one by one.</summary>
    public void ScoreOneByOne(float[] scores)
    {
        var prediction = new Prediction();
        for (int r = 0; r < scores.Length; r++)
        {
            _engine.Predict(_rows[r], ref prediction);
            scores[r] = prediction.Probability;
        }
    }

    /// <summary>Scores all rows as one table, which ML.NET has cached in its own form.</summary>
    public void ScoreTable(float[] scores)
    {
        int r = 0;
        foreach (float probability in _model.Transform(_view).GetColumn<float>(nameof(Prediction.Probability))) scores[r++] = probability;
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();
}
