#include <sched.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <chrono>
#include <vector>
#include <string>
#include "workload.h"
#include "../double_reference.h"
#include <cmath>
using namespace ctr_reference;
namespace ctr_reference { namespace { } }
int main(int argc,char**argv){
  cpu_set_t c; CPU_ZERO(&c); CPU_SET(1,&c); sched_setaffinity(0,sizeof c,&c);
  Shape s; uint64_t batch=256; uint64_t rows=0; std::vector<const Level*> lv; Form form=Form::one_per_field; double secs=1; 
  for(int i=1;i<argc;i++){ std::string a=argv[i]; auto v=[&]{return std::string(argv[++i]);};
    if(a=="-kind"){auto k=v(); s.kind=k=="lr"?Kind::lr:k=="poly2"?Kind::poly2:k=="mf"?Kind::mf:k=="fm"?Kind::fm:Kind::ffm; if(k=="mf")s.fields=2;}
    if(a=="-k") s.latent=stoi(v()); if(a=="-t"){auto t=v(); s.type=t=="f32"?WeightType::f32:t=="bf16"?WeightType::bf16:WeightType::int8;}
    if(a=="-s") s.slots=stoul(v()); if(a=="-x"){auto t=v(); s.index=t=="exact"?IndexKind::exact:t=="direct"?IndexKind::direct:IndexKind::hashed;}
    if(a=="-b") batch=stoul(v()); if(a=="-r") rows=stoul(v()); if(a=="-p") s.pair_bits=stoi(v()); if(a=="-secs") secs=stod(v());
    if(a=="-f"){auto t=v(); form=t=="values"?Form::values:t=="missing"?Form::missing:t=="several"?Form::several:form;}
    if(a=="-l"){auto l=v(); 
#ifdef HAVE2
 if(l=="2")lv.push_back(&level_v2);
#endif
#ifdef HAVE3
 if(l=="3")lv.push_back(&level_v3);
#endif
 if(l=="4")lv.push_back(&level_v4);} }
  if(lv.empty()) lv.push_back(&level_v4);
  MadeModel mm(s); const Model&m=mm.model; 
  if(!rows) rows = s.slots<=4096?256: std::max<uint64_t>(2048, (256ull<<20)/(64ull*s.fields*(1+m.slot_lines())+ (s.kind==Kind::poly2? 64*741:0)));
  rows=(rows+255)/256*256;
  Workload w(s,form,rows,7); if(form==Form::one_per_field||form==Form::values) w.find_lines(m);
  std::vector<float> out(rows); double worst=0;
  for(auto l:lv){ for(uint64_t r=0;r<rows;r+=batch){ auto st=l->score(m,w.rows(r,std::min(batch,rows-r)),&out[r]); if(st!=Status::ok){printf("status %d\n",(int)st);return 1;} }
   worst=0; for(uint64_t r=0;r<std::min<uint64_t>(rows,512);r++){ auto e=exact_logit(m,w.rows(0,rows),r); double d=std::abs(out[r]-e.logit)/(e.magnitude*0x1p-20+std::abs(e.logit)*0x1p-24); if(d>worst)worst=d; if(d>1||!(d==d)){printf("BAD row %lu %g %g mag %g\n",r,out[r],e.logit,e.magnitude);break;} }
   printf("%s worst error %.3f of budget; ",l->name,worst);
   double bt=1e18,bc=1e18; uint64_t sink=0; auto t0=std::chrono::steady_clock::now(); int n=0;
   do { auto a=std::chrono::steady_clock::now(); for(uint64_t r=0;r<rows;r+=batch) l->score(m,w.rows(r,batch),&out[r]); auto b=std::chrono::steady_clock::now();
     if(w.lines.offsets) for(uint64_t r=0;r<rows;r+=batch) sink+=l->touch(m,w.lines,r,batch); auto c=std::chrono::steady_clock::now();
     bc=std::min(bc,std::chrono::duration<double>(b-a).count()/rows*1e9); bt=std::min(bt,std::chrono::duration<double>(c-b).count()/rows*1e9); n++; } while(std::chrono::duration<double>(std::chrono::steady_clock::now()-t0).count()<secs);
   printf("cpp %.1f touch %.1f ratio %.3f (reps %d, touched %.0f MB%s)\n",bc,bt,bc/bt,n,w.touched_bytes/1e6,sink==12345?"!":"");
  }
}
