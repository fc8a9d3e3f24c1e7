#include <ctr.h>

int main(void) {
    ctr_model *model;
    if (ctr_model_open("model.ctr", NULL, &model) != CTR_OK) return 1;
    uint64_t offsets[] = {0, 3}, keys[] = {17, 42, 99};     /* one row of three features */
    uint32_t fields[] = {0, 1, 2};
    ctr_rows rows = {sizeof rows, 0, 1, offsets, fields, keys, NULL};
    float score;
    if (ctr_score(model, &rows, NULL, &score) != CTR_OK) return 1;
    return ctr_model_close(model);
}
