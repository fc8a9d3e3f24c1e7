using System.Text;
using CtrRuntime.Input;

namespace CtrRuntime.Model;

/// <summary>
/// The schema section. Text keys come with test vectors, re-hashed at open, so that a build whose hash differs is refused instead of served.
/// </summary>
internal static class SchemaSection
{
    private const byte IgnoreUnseen = 0;

    /// <summary>Lengths of the test vectors: on both sides of the hash's internal thresholds of 16, 128 and 240 bytes.</summary>
    private static readonly int[] VectorLengths = [0, 1, 9, 17, 129, 241];

    public static byte[] Write(Schema schema)
    {
        var writer = new SectionWriter();
        writer.U32((uint)schema.Keys);
        writer.U64(schema.HashSeed);
        writer.Text(schema.Label);
        writer.Text(schema.Weight);
        writer.Text(schema.Clicks);
        writer.Text(schema.Impressions);
        writer.U32((uint)schema.Fields.Count);
        foreach (FieldSchema field in schema.Fields)
        {
            writer.U8((byte)field.Kind);
            writer.U8((byte)field.Missing);
            writer.U8(IgnoreUnseen);
            writer.F64(field.Shift);
            writer.F64(field.Scale);
            writer.U32((uint)field.Edges.Length);
            foreach (double edge in field.Edges) writer.F64(edge);
            writer.Text(field.Name);
        }

        bool hasVectors = schema.Keys == KeyKind.Text && schema.Fields.Count > 0;
        writer.U32(hasVectors ? (uint)VectorLengths.Length : 0);
        if (hasVectors)
        {
            for (int v = 0; v < VectorLengths.Length; v++)
            {
                int field = v % schema.Fields.Count;
                string text = string.Create(VectorLengths[v], v, static (span, start) =>
                {
                    for (int i = 0; i < span.Length; i++) span[i] = (char)('a' + ((start + i) % 26));
                });
                writer.U32((uint)field);
                writer.Text(text);
                writer.U64(Key(schema, field, text));
            }
        }

        return writer.ToArray();
    }

    /// <summary>
    /// An upper bound of the managed memory that a model of this schema takes while it is opened, and so while it is open. Per field there
    /// are some 330 bytes of objects, headers of arrays and entries of tables (of which the 27 bytes that a field takes in the section pay
    /// for 108); a byte of a name becomes two of a string and two of UTF-8, a byte of an edge one of an edge and one of a bin's key.
    /// Whatever else is opened is small, or native memory. A test measures it.
    /// </summary>
    public static long ManagedBytes(uint fields, int sectionLength) => (64 << 10) + (256L * fields) + (4L * sectionLength);

    public static Schema Read(ReadOnlySpan<byte> section, uint fieldCount)
    {
        var reader = new SectionReader(section, CtrStatus.ModelSchema, "schema");
        uint keys = reader.U32();
        ulong seed = reader.U64();
        string label = reader.Text();
        string weight = reader.Text();
        string clicks = reader.Text();
        string impressions = reader.Text();
        int count = reader.Count(itemSize: 27);
        if ((uint)count != fieldCount) throw reader.Bad($"{count} fields, the header says {fieldCount}");
        var fields = new FieldSchema[count];
        for (int f = 0; f < fields.Length; f++)
        {
            byte kind = reader.U8();
            byte missing = reader.U8();
            byte unseen = reader.U8();
            if (kind > (byte)FieldKind.Binned || missing > (byte)MissingPolicy.Skip || unseen != IgnoreUnseen)
                throw reader.Bad($"field {f} has an unknown kind or policy");
            double shift = reader.F64();
            double scale = reader.F64();
            int edgeCount = reader.Count(itemSize: 8);
            double[] edges = edgeCount == 0 ? [] : new double[edgeCount];
            for (int e = 0; e < edges.Length; e++) edges[e] = reader.F64();
            fields[f] = new FieldSchema(reader.Text(), (FieldKind)kind, (MissingPolicy)missing, shift, scale, edges);
        }

        var schema = new Schema((KeyKind)keys, seed, fields, label, weight, clicks, impressions);
        int vectors = reader.Count(itemSize: 16);
        for (int v = 0; v < vectors; v++)
        {
            uint field = reader.U32();
            string text = reader.Text();
            ulong key = reader.U64();
            if (field >= fields.Length || key != Key(schema, (int)field, text))
                throw reader.Bad($"hash test vector {v} does not come out: this build hashes text differently");
        }

        reader.End();
        schema.Validate();
        return schema;
    }

    private static ulong Key(Schema schema, int field, string text) =>
        FieldKeys.Key(FieldKeys.Seed(schema.HashSeed, schema.Fields[field].Name), Encoding.UTF8.GetBytes(text));
}
