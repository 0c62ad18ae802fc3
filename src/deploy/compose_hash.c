#include "deploy/compose_hash.h"

#include "deploy/flavour.h"

static const ds_flavour flavours[] = {
    {{.name = "js",
      .last_wins = true,
      .js_quirks = true,
      .order = DS_ORDER_JS,
      .numbers = DS_NUMBER_JS,
      .wild = DS_WILD_NULL},
     ds_reshape_js},
    {{.name = "python",
      .last_wins = true,
      .order = DS_ORDER_BYTES,
      .numbers = DS_NUMBER_PYTHON,
      .wild = DS_WILD_NULL},
     ds_reshape_python},
    {{.name = "go",
      .html = true,
      .last_wins = true,
      .order = DS_ORDER_BYTES,
      .numbers = DS_NUMBER_GO},
     ds_reshape_go},
    {{.name = "go-1.21",
      .html = true,
      .long_bf = true,
      .last_wins = true,
      .order = DS_ORDER_BYTES,
      .numbers = DS_NUMBER_GO},
     ds_reshape_go},
};

const ds_flavour *ds_flavour_at(size_t i)
{
    return i < sizeof flavours / sizeof *flavours ? &flavours[i] : NULL;
}

const ds_flavour *ds_flavour_by_name(ds_slice name)
{
    for (size_t i = 0; i < sizeof flavours / sizeof *flavours; i++) {
        const char *own = flavours[i].style.name;
        if (ds_slice_equal(name, ds_slice_of(own, strlen(own))))
            return &flavours[i];
    }
    return NULL;
}

const char *ds_flavour_name(const ds_flavour *flavour)
{
    return flavour->style.name;
}

bool ds_is_unused(ds_slice name, const ds_json *runner)
{
    if (ds_slice_equal(name, DS_LITERAL("docker_compose_file")))
        return ds_is_text(runner, "bash");
    if (ds_slice_equal(name, DS_LITERAL("bash_script")))
        return ds_is_text(runner, "docker-compose") || ds_is_text(runner, "nerdctl-compose");
    return false;
}

const ds_json *ds_reshaped(const ds_shape *shape, ds_error *err)
{
    const ds_json *object = shape == NULL ? NULL : ds_shape_end(shape);
    if (object == NULL)
        ds_fail_memory(err);
    return object;
}

static ds_status write_object(ds_buf *out, const ds_json *root, const ds_flavour *flavour,
                              bool normalize, ds_error *err)
{
    ds_arena arena = {NULL};
    if (root->type != DS_JSON_OBJECT)
        return ds_fail(err, DS_INVALID, "the document is %s and no object",
                       ds_json_type_name(root->type));
    const ds_json *object = flavour->reshape(root, normalize, &arena, err);
    ds_status status =
        object == NULL ? err->status : ds_json_write(out, object, &flavour->style, err);
    ds_arena_free(&arena);
    return status;
}

ds_status ds_compose_canonical(ds_buf *out, ds_slice text, const ds_flavour *flavour,
                               bool normalize, ds_error *err)
{
    ds_json_doc doc;
    ds_status status = ds_json_parse(&doc, text.data, text.len, err);
    if (status != DS_OK)
        return status;
    status = write_object(out, doc.root, flavour, normalize, err);
    ds_json_free(&doc);
    return status;
}
